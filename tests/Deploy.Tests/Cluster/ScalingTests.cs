using System.Text.Json.Nodes;
using Mdm.Fleet.Deploy.Tests.Manifests;

namespace Mdm.Fleet.Deploy.Tests.Cluster;

/// <summary>How many there are, where, and how many may be away.</summary>
public sealed class ScalingTests
{
    public static TheoryData<string> Overlays => Overlay.All;

    [Theory]
    [MemberData(nameof(Overlays))]
    public void An_autoscaler_scales_a_deployment_that_states_no_number_itself(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.All(objects.OfKind("HorizontalPodAutoscaler"), scaler =>
        {
            var target = Assert.Single(objects.Workloads, workload =>
                workload.Kind == scaler.Node.Text("spec.scaleTargetRef.kind") && workload.Name == scaler.Node.Text("spec.scaleTargetRef.name"));
            Assert.Null(target.Node.At("spec.replicas"));
            Assert.True((int)scaler.Node.At("spec.minReplicas")! < (int)scaler.Node.At("spec.maxReplicas")!);
            Assert.Contains(scaler.Node.Items("spec.metrics"), metric => metric.Text("resource.name") == "cpu");
        });
    }

    [Fact]
    public void Production_has_three_silos_or_more_and_frontends_by_load() => Assert.Multiple(
        () => Assert.True(ReplicasOf("prod", "mdm-silo") >= 3),
        () => Assert.True(ReplicasOf("prod", "mdm-frontend") >= 2),
        () => Assert.Equal("mdm-frontend", Assert.Single(Overlay.Of("prod").OfKind("HorizontalPodAutoscaler")).Name));

    [Fact]
    public void Development_has_one_of_each_and_no_autoscaler() => Assert.Multiple(
        () => Assert.All(Overlay.Of("dev").Workloads, workload => Assert.Equal(1, ReplicasOf("dev", workload.Name))),
        () => Assert.Empty(Overlay.Of("dev").OfKind("HorizontalPodAutoscaler")));

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_disruption_budget_is_of_one_workload_and_lets_a_node_be_drained_but_never_all(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.All(objects.OfKind("PodDisruptionBudget"), budget =>
        {
            var workload = Assert.Single(objects.Workloads, workload => Selector.Matches(budget.Node.At("spec.selector")!, workload.PodLabels));
            Assert.InRange((int)budget.Node.At("spec.maxUnavailable")!, 1, Math.Max(1, ReplicasOf(overlay, workload.Name) - 1));
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Pods_of_a_kind_are_spread_over_zones_and_kept_apart_from_their_own_kind(string overlay) =>
        Assert.All(Overlay.Of(overlay).Workloads.Where(workload => workload.Kind == "Deployment"), workload =>
        {
            var spread = workload.Pod.Items("topologySpreadConstraints").ToList();
            var apart = workload.Pod.Items("affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution").Select(term => term["podAffinityTerm"]!);
            Assert.Contains("topology.kubernetes.io/zone", spread.Select(constraint => constraint.Text("topologyKey")));
            Assert.Equal(["kubernetes.io/hostname"], apart.Select(term => term.Text("topologyKey")));
            Assert.All(spread.Concat(apart), rule => Assert.True(Selector.Matches(rule["labelSelector"]!, workload.PodLabels)));
        });

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_roll_takes_no_pod_away_before_another_is_ready(string overlay) =>
        Assert.All(Overlay.Of(overlay).OfKind("Deployment"), workload => Assert.Multiple(
            () => Assert.Equal("0", workload.Node.Text("spec.strategy.rollingUpdate.maxUnavailable")),
            () => Assert.Equal("1", workload.Node.Text("spec.strategy.rollingUpdate.maxSurge"))));

    /// <summary>How many there are at least.</summary>
    private static int ReplicasOf(string overlay, string workload)
    {
        var objects = Overlay.Of(overlay);
        var scaler = objects.OfKind("HorizontalPodAutoscaler").SingleOrDefault(scaler => scaler.Node.Text("spec.scaleTargetRef.name") == workload);
        JsonNode? count = scaler is null ? objects.Workloads.Single(item => item.Name == workload).Node.At("spec.replicas") : scaler.Node.At("spec.minReplicas");
        return (int)count!;
    }
}
