using System.Text.Json.Nodes;
using Mdm.Fleet.Deploy.Tests.Manifests;

namespace Mdm.Fleet.Deploy.Tests.Cluster;

/// <summary>Nothing speaks with anything, except what has to.</summary>
public sealed class NetworkTests
{
    /// <summary>The single node brings no policies.</summary>
    public static TheoryData<string> Clusters => Overlay.Clusters;

    [Theory]
    [MemberData(nameof(Clusters))]
    public void Whatever_no_policy_allows_is_denied_both_ways(string overlay) =>
        Assert.Single(Overlay.Of(overlay).OfKind("NetworkPolicy"), policy =>
            policy.Node.At("spec.podSelector") is JsonObject { Count: 0 }
            && policy.Node.Items("spec.policyTypes").Select(item => item.ToString()).Order().SequenceEqual(["Egress", "Ingress"])
            && policy.Node.At("spec.ingress") is null && policy.Node.At("spec.egress") is null);

    [Theory]
    [MemberData(nameof(Clusters))]
    public void What_is_let_in_is_what_the_pods_listen_on_and_all_of_it(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.All(objects.Workloads, workload =>
            Assert.Equal(workload.PortNumbers.Order(), Rules(objects, workload, "ingress").SelectMany(PortsOf).Distinct().Order()));
    }

    [Theory]
    [MemberData(nameof(Clusters))]
    public void Every_policy_holds_for_a_workload_and_names_only_pods_that_there_are(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.All(objects.OfKind("NetworkPolicy"), policy =>
        {
            Assert.Contains(objects.Workloads, workload => Selects(policy, workload));
            var peers = policy.Node.Items("spec.ingress").SelectMany(rule => rule.Items("from")).Concat(policy.Node.Items("spec.egress").SelectMany(rule => rule.Items("to")));
            Assert.All(peers.Select(peer => peer["podSelector"]).OfType<JsonNode>(), selector =>
                Assert.Contains(objects.Workloads, workload => Selector.Matches(selector, workload.PodLabels)));
        });
    }

    [Theory]
    [MemberData(nameof(Clusters))]
    public void What_a_pod_may_send_to_another_that_one_lets_in_and_the_other_way_round(string overlay)
    {
        var objects = Overlay.Of(overlay);
        var sent = Pairs(objects, "egress", "to").Select(pair => (From: pair.Owner, To: pair.Peer, pair.Port));
        var received = Pairs(objects, "ingress", "from").Select(pair => (From: pair.Peer, To: pair.Owner, pair.Port));
        var database = objects.Workloads.Where(workload => !workload.IsServer).Select(workload => workload.Name).ToHashSet();
        Assert.Equal(sent.Order(), received.Where(pair => !database.Contains(pair.To)).Order());
    }

    [Theory]
    [MemberData(nameof(Clusters))]
    public void Silos_speak_with_silos_and_frontends_with_their_gateways(string overlay) =>
        Assert.Equal(
            [("mdm-frontend", "mdm-silo", 30000), ("mdm-silo", "mdm-silo", 11111)],
            Pairs(Overlay.Of(overlay), "egress", "to").Select(pair => (pair.Owner, pair.Peer, pair.Port)).Order());

    [Theory]
    [MemberData(nameof(Clusters))]
    public void Every_server_reaches_names_and_its_database_and_silos_reach_Apple(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.All(objects.Workloads.Where(workload => workload.IsServer), workload =>
        {
            Assert.Contains(Rules(objects, workload, "egress"), rule => PortsOf(rule).SequenceEqual([53, 53]));
            Assert.Contains(Rules(objects, workload, "egress"), rule => PortsOf(rule).SequenceEqual([5432]));
        });
        var silo = objects.Workloads.Single(workload => workload.Name == "mdm-silo");
        Assert.Contains(Rules(objects, silo, "egress"), rule =>
            rule.Items("to").Any(peer => peer.Text("ipBlock.cidr") == "17.0.0.0/8") && PortsOf(rule).SequenceEqual([443, 2197]));
    }

    [Theory]
    [MemberData(nameof(Clusters))]
    public void Who_holds_a_token_reaches_the_API_server_and_nobody_else_does(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.All(objects.Workloads, workload => Assert.Equal(
            workload.Pod.Text("automountServiceAccountToken") == "true",
            Rules(objects, workload, "egress").Any(rule => PortsOf(rule).SequenceEqual([443, 6443]))));
    }

    private static IEnumerable<(string Owner, string Peer, int Port)> Pairs(Overlay objects, string direction, string end) =>
        from workload in objects.Workloads
        from rule in Rules(objects, workload, direction)
        from selector in rule.Items(end).Select(peer => peer["podSelector"]).OfType<JsonNode>()
        from peer in objects.Workloads.Where(peer => Selector.Matches(selector, peer.PodLabels))
        from port in PortsOf(rule)
        select (workload.Name, peer.Name, port);

    private static IEnumerable<JsonNode> Rules(Overlay objects, Manifest workload, string direction) => objects.OfKind("NetworkPolicy")
        .Where(policy => Selects(policy, workload))
        .SelectMany(policy => policy.Node.Items($"spec.{direction}"));

    private static bool Selects(Manifest policy, Manifest workload) => Selector.Matches(policy.Node.At("spec.podSelector")!, workload.PodLabels);

    private static IEnumerable<int> PortsOf(JsonNode rule) => rule.Items("ports").Select(port => (int)port["port"]!);
}
