using Mdm.Fleet.Deploy.Tests.Manifests;
using Mdm.Fleet.Fleet.Tests;

namespace Mdm.Fleet.Deploy.Tests.Settings;

/// <summary>What frontends are scaled by is measured.</summary>
public sealed class MetricTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Component = "request-scaling";

    [Fact]
    public async Task Frontends_are_scaled_by_a_metric_that_the_adapter_makes_of_one_that_the_server_serves()
    {
        var rule = Assert.Single(Yaml.Documents(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "deploy", "k8s", "components", Component, "prometheus-adapter.yaml"))).Single().Items("rules.custom"));
        var scaler = Overlay.Of("base with " + Component).OfKind("HorizontalPodAutoscaler").Single();
        Assert.Equal(["cpu", rule.Text("name.as")], scaler.Node.Items("spec.metrics").Select(metric => metric.Text("resource.name") ?? metric.Text("pods.metric.name")));

        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        using var content = new ByteArrayContent([]);
        using var refused = await http.PutAsync(new Uri(server.Listener("https"), "/mdm/connect"), content);
        var metrics = await http.GetStringAsync(new Uri(server.Listener("metrics"), "/metrics"));
        Assert.Contains("\n" + rule.Text("seriesQuery")!.Split('{')[0] + "{", metrics, StringComparison.Ordinal);
    }
}
