using System.Diagnostics.Metrics;
using Mdm.Fleet.Frontend.Devices;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Fleet.Tests.Observability;

public sealed class DeviceRequestMetricsTests
{
    [Theory]
    [InlineData(200, "answered")]
    [InlineData(400, "malformed")]
    [InlineData(401, "unenrolled")]
    [InlineData(403, "refused")]
    [InlineData(404, "malformed")]
    [InlineData(413, "malformed")]
    [InlineData(500, "failed")]
    [InlineData(503, "later")]
    public void An_answer_is_counted_by_what_it_is_to_a_device(int status, string outcome)
    {
        using var meter = new Meter("test");
        var measured = new List<string>();
        using var listener = Listener(meter, tags => measured.Add($"{tags[0].Value} {tags[1].Value}"));
        var metrics = new DeviceRequestMetrics(meter);

        metrics.Ended(DeviceRequestKind.TokenUpdate, status, metrics.Begin(new DefaultHttpContext()));

        Assert.Equal([$"token_update {outcome}"], measured);
    }

    [Fact]
    public void Measuring_allocates_nothing_and_reads_no_clock_while_nobody_listens()
    {
        using var meter = new Meter("test");
        var metrics = new DeviceRequestMetrics(meter);
        var http = new DefaultHttpContext();
        Assert.Equal(0, metrics.Begin(http));
        using var listener = Listener(meter, _ => { });
        Measure(metrics, http);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            Measure(metrics, http);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Measure(DeviceRequestMetrics metrics, HttpContext http) =>
        metrics.Ended(DeviceRequestKind.Idle, StatusCodes.Status200OK, metrics.Begin(http));

    private static MeterListener Listener(Meter meter, Action<ReadOnlySpan<KeyValuePair<string, object?>>> measured)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, meter))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => measured(tags));
        listener.Start();
        return listener;
    }
}
