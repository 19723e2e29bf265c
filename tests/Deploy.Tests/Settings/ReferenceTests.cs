using System.Text.Json.Nodes;
using Mdm.Fleet.Deploy.Tests.Manifests;
using Mdm.Fleet.Fleet.Tests;

namespace Mdm.Fleet.Deploy.Tests.Settings;

/// <summary>What a pod takes from a ConfigMap is there; what it takes from a secret, the documentation says to make.</summary>
public sealed class ReferenceTests
{
    private static readonly string _documentation = File.ReadAllText(Path.Combine(Repository.Root, "docs", "kubernetes.md"));

    public static TheoryData<string> Overlays => Overlay.All;

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_config_map_that_a_pod_names_is_rendered(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.All(References(objects, "configMapRef", "configMapKeyRef"), reference =>
        {
            var map = Assert.Single(objects.OfKind("ConfigMap"), map => map.Name == reference.Text("name"));
            if (reference.Text("key") is { } key)
                Assert.NotNull(map.Node["data"]![key]);
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void No_secret_is_in_the_repository_and_each_that_is_named_has_its_command_in_the_documentation(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.Empty(objects.OfKind("Secret"));
        Assert.All(References(objects, "secretKeyRef"), reference => AssertDocumented(reference.Text("name")!, $"--from-literal={reference.Text("key")}="));
        Assert.All(
            objects.Workloads.SelectMany(workload => workload.Pod.Items("volumes")).Select(volume => volume.Text("secret.secretName")).OfType<string>(),
            name => AssertDocumented(name, "--cert="));
    }

    private static void AssertDocumented(string secret, string parameter) =>
        Assert.Contains(_documentation.Split("kubectl "), command =>
            command.Contains($" {secret} ", StringComparison.Ordinal) && command.Contains(parameter, StringComparison.Ordinal));

    /// <summary>What containers refer to under these names, in <c>envFrom</c> and in <c>env</c>.</summary>
    private static IEnumerable<JsonNode> References(Overlay objects, params string[] kinds) =>
        from container in objects.Workloads.SelectMany(workload => workload.Containers)
        from source in container.Items("envFrom").Concat(container.Items("env").Select(variable => variable["valueFrom"]).OfType<JsonNode>())
        from kind in kinds
        let reference = source[kind]
        where reference is not null
        select reference;
}
