using System.Globalization;
using Mdm.Fleet.Deploy.Tests.Cluster;
using Mdm.Fleet.Deploy.Tests.Manifests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mdm.Fleet.Deploy.Tests.Settings;

/// <summary>How Kubernetes watches and stops the server, against how the server answers and stops.</summary>
public sealed class LifeTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    public static TheoryData<string> Overlays => Overlay.All;

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_probe_is_answered_by_the_listener_that_it_asks(string overlay)
    {
        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        foreach (var probe in Overlay.Of(overlay).Workloads.SelectMany(PodTests.Probes))
        {
            var url = new Uri(server.Listener(probe.Text("port")!), probe.Text("path"));
            using var answer = await http.GetAsync(url);
            Assert.True(answer.IsSuccessStatusCode, $"{url}: {answer.StatusCode}");
            Assert.Equal(url.Scheme, (probe.Text("scheme") ?? "HTTP").ToLowerInvariant());
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_pod_is_given_the_time_that_the_server_takes_to_drain_and_some_more(string overlay)
    {
        var drain = server.App.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
        Assert.All(Overlay.Of(overlay).Workloads.Where(workload => workload.IsServer), workload =>
        {
            var announced = workload.Containers.Single().Items("env").SingleOrDefault(variable => variable.Text("name") == "Mdm__DrainSeconds").Text("value");
            var before = int.Parse(announced ?? "0", CultureInfo.InvariantCulture);
            var given = (int)workload.Pod["terminationGracePeriodSeconds"]!;
            Assert.True(given >= before + drain.TotalSeconds + 5, $"{workload}: {given} s for {before} s and {drain.TotalSeconds} s");
        });
    }
}
