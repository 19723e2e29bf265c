using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mdm.Fleet.Deploy.Tests.Manifests;

namespace Mdm.Fleet.Deploy.Tests.Cluster;

/// <summary>Every pod is one that a restricted namespace takes, of a known version, watched and bounded.</summary>
public sealed partial class PodTests
{
    public static TheoryData<string> Overlays => Overlay.All;

    [Theory]
    [MemberData(nameof(Overlays))]
    public void No_pod_may_do_more_than_serve(string overlay) => Assert.All(Overlay.Of(overlay).Workloads, workload =>
    {
        var pod = workload.Pod["securityContext"]!;
        Assert.Equal("true", pod.Text("runAsNonRoot"));
        Assert.NotEqual(0, (int)pod["runAsUser"]!);
        Assert.Equal("RuntimeDefault", pod.Text("seccompProfile.type"));
        Assert.Equal("false", workload.Pod.Text("enableServiceLinks"));
        Assert.All(workload.Containers, container =>
        {
            var own = container["securityContext"];
            Assert.Equal("false", own.Text("allowPrivilegeEscalation"));
            Assert.Equal("true", own.Text("readOnlyRootFilesystem"));
            Assert.Equal(["ALL"], own.Items("capabilities.drop").Select(item => item.ToString()));
            Assert.Null(own.At("capabilities.add"));
        });
        Assert.All(new[] { "hostNetwork", "hostPID", "hostIPC" }, key => Assert.Null(workload.Pod[key]));
    });

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_image_is_of_a_named_version(string overlay) =>
        Assert.All(Overlay.Of(overlay).Workloads.SelectMany(workload => workload.Containers), container =>
        {
            var tag = Tag().Match(container.Text("image")!);
            Assert.True(tag.Success && tag.Groups[1].Value != "latest", container.Text("image"));
        });

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_container_says_what_it_needs_and_how_much_memory_it_may_take(string overlay) =>
        Assert.All(Overlay.Of(overlay).Workloads.SelectMany(workload => workload.Containers), container =>
        {
            Assert.All(new[] { "requests.cpu", "requests.memory", "limits.memory" }, path => Assert.NotNull(container["resources"].At(path)));
        });

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_server_is_probed_at_its_start_for_life_and_for_readiness_at_a_port_of_its_own(string overlay) =>
        Assert.All(Overlay.Of(overlay).Workloads.Where(workload => workload.IsServer), workload =>
        {
            var ports = workload.Ports.Select(port => port.Text("name")).ToList();
            Assert.All(Probes(workload), probe => Assert.Contains(probe.Text("port"), ports));
            Assert.Equal(3, Probes(workload).Count());
        });

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_server_can_write_where_its_data_and_its_buffers_lie(string overlay) => Assert.All(Overlay.Of(overlay).Workloads, workload =>
    {
        var mounts = workload.Containers.Single().Items("volumeMounts").ToList();
        var volumes = workload.Pod.Items("volumes").Concat(workload.Node.Items("spec.volumeClaimTemplates").Select(claim => claim["metadata"]!));
        Assert.Equal(mounts.Select(mount => mount.Text("name")).Order(), volumes.Select(volume => volume.Text("name")).Order());
        Assert.Contains("/tmp", mounts.Select(mount => mount.Text("mountPath")));
        if (workload.IsServer)
            Assert.Contains(mounts, mount => mount.Text("mountPath") == "/data" && mount["readOnly"] is null);
    });

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_account_exists_and_only_pods_with_rights_hold_its_token(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.All(objects.Workloads, workload =>
        {
            var account = workload.Pod.Text("serviceAccountName");
            if (account is not null)
                Assert.Contains(account, objects.OfKind("ServiceAccount").Select(item => item.Name));
            var hasRights = objects.OfKind("RoleBinding").Any(binding => binding.Node.Items("subjects").Any(subject => subject.Text("name") == account));
            Assert.Equal(hasRights, workload.Pod.Text("automountServiceAccountToken") == "true");
        });
    }

    internal static IEnumerable<JsonNode> Probes(Manifest workload) => workload.Containers
        .SelectMany(container => new[] { "startupProbe", "livenessProbe", "readinessProbe" }.Select(name => container.At($"{name}.httpGet")))
        .OfType<JsonNode>();

    [GeneratedRegex(@"^(?:[a-z0-9.-]+(?::\d+)?/)*[a-z0-9.-]+:([\w.-]+)$")]
    private static partial Regex Tag();
}
