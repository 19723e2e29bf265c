using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Silo.Hosts;
using Mdm.Fleet.Silo.Observability;
using Mdm.Fleet.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>Metrics and traces as an OpenTelemetry collector receives them.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task A_sign_in_is_one_trace_from_the_request_through_the_grains_into_the_store_without_a_secret()
    {
        await using var collector = await Collector.StartAsync();
        await using var fleet = await TestFleet.StartAsync(options => options with { Observability = new ObservabilityOptions { Otlp = collector.Url, TraceRatio = 1 } });
        using var device = await SmallShift.SignInAsync(fleet);
        var token = (await fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!;

        // The spans of the two requests, one mistyped, end a moment after their answers.
        do
            await fleet.Services.GetRequiredService<TelemetryExport>().FlushAsync();
        while (collector.Spans.Count(span => span.Name.StartsWith("POST /signin/", StringComparison.Ordinal)) < 2);

        var trace = collector.TraceWith("device.sign_in");
        var taken = Assert.Single(trace, span => span.Name == "device.sign_in");
        Assert.Contains(device.Facts.Udid, taken.Text, StringComparison.Ordinal);
        Assert.Contains("mdm.commands.queued", taken.Text, StringComparison.Ordinal);
        var request = CallerOf(taken, trace);
        Assert.StartsWith("POST /signin/", request.Name, StringComparison.Ordinal);
        Assert.Equal("", request.Parent);
        Assert.Equal(request, CallerOf(Assert.Single(trace, span => span.Name == "user.verify"), trace));
        Assert.Contains(trace, span => span.Name == "store.write" && span.Parent == taken.Id);

        // The push may be sent later still.
        while (!collector.TraceWith("device.sign_in").Any(span => span.Name == "push.send"))
            await fleet.Services.GetRequiredService<TelemetryExport>().FlushAsync();
        Assert.DoesNotContain(token, collector.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Ward.Password, collector.Everything, StringComparison.Ordinal);
        Assert.Superset(
            new HashSet<string> { "mdm.sign_in.duration", "mdm.device.request.duration", "mdm.command.queued", "dotnet.gc.collections" }, collector.Metrics.ToHashSet());
        Assert.Contains("mdm-fleet", collector.Resource);
    }

    [Fact]
    public async Task What_is_not_sampled_is_not_traced_unless_a_trusted_proxy_traces_it()
    {
        await using var collector = await Collector.StartAsync();
        await using var fleet = await TestFleet.StartAsync(options => options with { Observability = new ObservabilityOptions { Otlp = collector.Url, TraceRatio = 0 } });
        using var device = await SmallShift.SignInAsync(fleet);
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        // A server that sends no traces takes no part in those of another in its process.
        await using var other = await TestFleet.StartAsync(options => options with { Observability = new ObservabilityOptions { TraceRatio = 1 } });
        using var aside = new HttpClient { BaseAddress = other.PlainUrl };
        await aside.GetAsync(new Uri("/enroll/ca.pem", UriKind.Relative));
        using var proxy = new HttpClient { BaseAddress = fleet.PlainUrl };
        proxy.DefaultRequestHeaders.TryAddWithoutValidation("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        await proxy.GetAsync(new Uri("/enroll/ca.pem", UriKind.Relative));

        // A request's span ends a moment after its answer.
        do
            await fleet.Services.GetRequiredService<TelemetryExport>().FlushAsync();
        while (collector.Spans.All(span => span.Trace != Trace));

        Assert.Equal((Trace, "00f067aa0ba902b7"), Assert.Single(collector.Spans) is var span ? (span.Trace, span.Parent) : default);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_harms_nobody()
    {
        await using var fleet = await TestFleet.StartAsync(options => options with
        {
            Observability = new ObservabilityOptions { Otlp = new Uri($"http://127.0.0.1:{FreePorts.Next()}"), TraceRatio = 1 },
        });

        using var device = await SmallShift.SignInAsync(fleet);
        await fleet.StopAsync();

        Assert.True(device.Enrolled);
    }

    /// <summary>The step that one belongs to; on a cluster the call of a grain stands between them.</summary>
    private static SentSpan CallerOf(SentSpan step, IReadOnlyList<SentSpan> trace)
    {
        var caller = Assert.Single(trace, span => span.Id == step.Parent);
        return GrainHost.IsCluster && caller.Name == "grain.call" ? CallerOf(caller, trace) : caller;
    }
}
