using Mdm.Fleet.Deploy.Tests.Manifests;

namespace Mdm.Fleet.Deploy.Tests.Cluster;

/// <summary>Who is reached by which name.</summary>
public sealed class ServiceTests
{
    public static TheoryData<string> Overlays => Overlay.All;

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Everything_has_one_name_in_one_namespace(string overlay)
    {
        var objects = Overlay.Of(overlay).Objects;
        Assert.Equal(objects.Count, objects.Select(item => item.ToString()).Distinct().Count());
        Assert.Single(objects.Where(item => item.Kind != "Namespace").Select(item => item.Node.Text("metadata.namespace")).Distinct());
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_service_leads_to_one_workload_and_to_ports_that_it_listens_on(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.NotEmpty(objects.OfKind("Service"));
        Assert.All(objects.OfKind("Service"), service =>
        {
            var selector = service.Node.At("spec.selector").Texts();
            Assert.NotEmpty(selector);
            var workload = Assert.Single(objects.Workloads, workload => Selector.IsSubset(selector, workload.PodLabels));
            Assert.All(service.Node.Items("spec.ports"), port => Assert.Contains(port.Text("targetPort"), workload.Ports.Select(own => own.Text("name"))));
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_workload_takes_its_own_pods_and_no_others(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.NotEmpty(objects.Workloads);
        Assert.All(objects.Workloads, workload =>
            Assert.Same(workload, Assert.Single(objects.Workloads, other => Selector.Matches(workload.Node.At("spec.selector")!, other.PodLabels))));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_stateful_set_has_the_service_that_it_names(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.All(objects.OfKind("StatefulSet"), set => Assert.Contains(set.Node.Text("spec.serviceName"), objects.OfKind("Service").Select(service => service.Name)));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void No_port_is_named_twice_in_a_pod(string overlay) => Assert.All(Overlay.Of(overlay).Workloads, workload =>
    {
        var names = workload.Ports.Select(port => port.Text("name")).ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(workload.PortNumbers.Distinct(), workload.PortNumbers);
    });
}
