using Mdm.Fleet.Deploy.Tests.Manifests;

namespace Mdm.Fleet.Deploy.Tests.Cluster;

/// <summary>What silos may do with Kubernetes: look at pods, nothing more.</summary>
public sealed class RightsTests
{
    public static TheoryData<string> Overlays => Overlay.All;

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Silos_that_Kubernetes_hosting_serves_may_read_pods_and_others_nothing(string overlay)
    {
        var objects = Overlay.Of(overlay);
        var isHosted = objects.OfKind("ConfigMap").Any(map => map.Node.Text("data.Mdm__Clustering") == "kubernetes");
        var bindings = objects.OfKind("RoleBinding").ToList();
        Assert.Equal(isHosted ? ["mdm-silo"] : [], bindings.SelectMany(binding => binding.Node.Items("subjects")).Select(subject => subject.Text("name")));
        Assert.All(bindings, binding =>
        {
            var role = Assert.Single(objects.OfKind(binding.Node.Text("roleRef.kind")!), role => role.Name == binding.Node.Text("roleRef.name"));
            var rule = Assert.Single(role.Node.Items("rules"));
            Assert.Equal(["pods"], rule.Items("resources").Select(item => item.ToString()));
            Assert.All(binding.Node.Items("subjects"), subject => Assert.Equal(binding.Node.Text("metadata.namespace"), subject.Text("namespace")));
            Assert.Equal(["get", "list", "watch"], rule.Items("verbs").Select(item => item.ToString()));
        });
        Assert.Empty(objects.OfKind("ClusterRole").Concat(objects.OfKind("ClusterRoleBinding")));
    }

    /// <summary>Without them a silo would patch its own pod, for which it has no right.</summary>
    [Fact]
    public void Silos_that_Kubernetes_hosting_serves_have_the_labels_and_variables_that_it_looks_for()
    {
        var objects = Overlay.Of("base with kubernetes-hosting");
        var settings = objects.OfKind("ConfigMap").Single().Node["data"];
        var silo = objects.Workloads.Single(workload => workload.Name == "mdm-silo");
        Assert.Equal(settings.Text("Mdm__ClusterId"), silo.PodLabels["orleans/clusterId"]);
        Assert.Equal("mdm-fleet", silo.PodLabels["orleans/serviceId"]);
        var fields = silo.Containers.Single().Items("env").Where(variable => variable.At("valueFrom.fieldRef") is not null)
            .ToDictionary(variable => variable.Text("name")!, variable => variable.Text("valueFrom.fieldRef.fieldPath"));
        Assert.Equal("metadata.name", fields["POD_NAME"]);
        Assert.Equal("metadata.namespace", fields["POD_NAMESPACE"]);
        Assert.Equal("status.podIP", fields["POD_IP"]);
    }
}
