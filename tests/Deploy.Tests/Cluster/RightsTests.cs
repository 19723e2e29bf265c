using System.Reflection;
using System.Web;
using Mdm.Fleet.Cluster.Hosting.Kubernetes;
using Mdm.Fleet.Deploy.Tests.Manifests;
using Mdm.Fleet.Silo.Start;

namespace Mdm.Fleet.Deploy.Tests.Cluster;

/// <summary>What silos may do with Kubernetes is what they do: they watch pods.</summary>
public sealed class RightsTests
{
    private const string Namespace = "mdm-fleet";

    public static TheoryData<string> Overlays => Overlay.All;

    public static TheoryData<string> Clusters => Overlay.Clusters;

    [Theory]
    [MemberData(nameof(Clusters))]
    public void Silos_may_ask_for_what_they_ask_for_and_nothing_else(string overlay)
    {
        var objects = Overlay.Of(overlay);
        Assert.Equal("kubernetes", objects.OfKind("ConfigMap").Single().Node.Text("data.Mdm__Clustering"));
        Assert.Equal(["mdm-silo"], objects.OfKind("RoleBinding").SelectMany(binding => binding.Node.Items("subjects")).Select(subject => subject.Text("name")));
        var granted =
            from role in objects.OfKind("Role")
            from rule in role.Node.Items("rules")
            from @group in rule.Items("apiGroups")
            from resource in rule.Items("resources")
            from verb in rule.Items("verbs")
            select $"{verb} {@group}/{resource} in {role.Node.Text("metadata.namespace")}";
        Assert.Equal(Requests().Select(RightFor).Order(), granted.Order());
    }

    [Fact]
    public void The_single_node_asks_Kubernetes_for_nothing() =>
        Assert.DoesNotContain(Overlay.Of("single").Objects, item => item.Kind.Contains("Role", StringComparison.Ordinal) || item.Kind == "ServiceAccount");

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_right_is_bound_to_an_account_and_every_account_is_that_of_pods(string overlay)
    {
        var objects = Overlay.Of(overlay);
        var bindings = objects.OfKind("RoleBinding").ToList();
        var accounts = objects.OfKind("ServiceAccount").Select(account => account.Name).Order().ToList();
        Assert.Equal(objects.OfKind("Role").Select(role => role.ToString()), bindings.Select(binding => $"{binding.Node.Text("roleRef.kind")} {binding.Node.Text("roleRef.name")}"));
        Assert.All(bindings.SelectMany(binding => binding.Node.Items("subjects")), subject =>
        {
            Assert.Equal(("ServiceAccount", Namespace), (subject.Text("kind"), subject.Text("namespace")));
            Assert.Contains(subject.Text("name"), accounts);
        });
        Assert.Equal(accounts, objects.Workloads.Select(workload => workload.Pod.Text("serviceAccountName")).OfType<string>().Order());
        Assert.Empty(objects.OfKind("ClusterRole").Concat(objects.OfKind("ClusterRoleBinding")));
    }

    [Theory]
    [MemberData(nameof(Clusters))]
    public void Silos_are_told_who_their_pods_are_and_others_are_not(string overlay)
    {
        var told = Overlay.Of(overlay).Workloads.Where(workload => workload.IsServer).ToDictionary(workload => workload.Name, workload => workload.Containers.Single().Items("env")
            .Where(variable => PodVariables.Given.Contains(variable.Text("name")))
            .ToDictionary(variable => variable.Text("name")!, variable => variable.Text("valueFrom.fieldRef.fieldPath")));
        Assert.Empty(told["mdm-frontend"]);
        Assert.Equal(
            new() { ["POD_NAME"] = "metadata.name", ["POD_NAMESPACE"] = "metadata.namespace", ["POD_IP"] = "status.podIP" },
            told["mdm-silo"]);
    }

    /// <summary>Every address that a silo asks the API server for.</summary>
    private static IEnumerable<string> Requests() => typeof(PodRequests).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Select(request => (string)request.Invoke(null, [.. request.GetParameters().Select(parameter => parameter switch
        {
            { Name: "namespace" } => Namespace,
            { ParameterType: var type } when type == typeof(int) => 1,
            _ => (object)"1",
        })])!);

    /// <summary>The right that a GET takes. https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb</summary>
    private static string RightFor(string request)
    {
        var address = new Uri(new Uri("https://kubernetes.default.svc"), request);
        var path = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["api", "v1", "namespaces"], path[..3]);
        var isWatch = HttpUtility.ParseQueryString(address.Query)["watch"] is "1" or "true";
        return $"{(path.Length > 5 ? "get" : isWatch ? "watch" : "list")} /{path[4]} in {path[3]}";
    }
}
