using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Mdm.Fleet.Silo.Hosts;
using Mdm.Fleet.Silo.Observability.Prometheus;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>What the server measures, against docs/operations.md and against what happened.</summary>
public sealed partial class InstrumentTests
{
    [Fact]
    public async Task The_instruments_are_those_that_the_operations_page_lists()
    {
        await using var watched = await WatchedFleet.StartAsync();
        await ShiftAsync(watched);

        var meter = watched.Fleet.Services.GetRequiredService<Meter>();
        var existing = new SortedSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
                existing.Add($"{instrument.Name} {PrometheusOf(instrument)}");
        };
        listener.Start();

        var listed = Listed(await PageAsync()).Where(name => name.StartsWith("mdm.", StringComparison.Ordinal))
            .Where(name => !GrainHost.IsCluster || !name.StartsWith("mdm.grain.", StringComparison.Ordinal));
        Assert.Equal(string.Join('\n', existing), string.Join('\n', listed));
    }

    [Fact]
    public async Task Of_the_grain_host_s_own_instruments_those_are_passed_on_that_the_operations_page_lists()
    {
        await using var watched = await WatchedFleet.StartAsync();
        var scraped = await ShiftAsync(watched);

        var existing = new SortedSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (GrainHost.Instruments.Contains(instrument.Name))
                existing.Add($"{instrument.Name} {PrometheusOf(instrument)}");
        };
        listener.Start();

        // A client of silos has this one; here both are one process.
        var listed = Listed(await PageAsync())
            .Where(name => GrainHost.IsCluster && name.StartsWith("orleans-", StringComparison.Ordinal) && !name.StartsWith("orleans-client-", StringComparison.Ordinal)).ToList();
        Assert.Equal(string.Join('\n', existing), string.Join('\n', listed));
        var passedOn = scraped.Families.Keys.Where(family => family.StartsWith("orleans_", StringComparison.Ordinal)).ToList();
        Assert.Equal(GrainHost.IsCluster, passedOn.Contains("orleans_grains"));
        Assert.Subset(listed.Select(name => name.Split(' ')[1]).ToHashSet(), passedOn.ToHashSet());
    }

    [Fact]
    public async Task A_shift_is_measured_as_it_went()
    {
        await using var watched = await WatchedFleet.StartAsync();

        var scraped = await ShiftAsync(watched);

        Assert.Equal(1, scraped.Value("mdm_enrollment_changes_total", ("change", "enrolled")));
        Assert.Equal(1, scraped.Value("mdm_session_changes_total", ("change", "signed_in")));
        Assert.Equal(1, scraped.Value("mdm_sign_in_duration_seconds_count", ("method", "password"), ("outcome", "done")));
        Assert.Equal(1, scraped.Value("mdm_sign_in_duration_seconds_count", ("method", "password"), ("outcome", "credentials")));
        Assert.Equal(1, scraped.Value("mdm_device_request_duration_seconds_count", ("request", "authenticate"), ("outcome", "answered")));
        Assert.Equal(1, scraped.Value("mdm_device_request_duration_seconds_count", ("request", "unread"), ("outcome", "refused")));
        var queued = scraped.Series("mdm_command_queued_total").Sum(series => series.Value);
        var ended = scraped.Series("mdm_command_ended_total").Sum(series => series.Value);
        Assert.True(ended > 0 && queued >= ended, $"{queued} queued, {ended} ended");
        Assert.True(scraped.Value("mdm_push_duration_seconds_count", ("outcome", "no_certificate")) > 0);
        Assert.True(scraped.Series("mdm_certificate_expiry_days").All(series => series.Value > 30));
        Assert.Empty(scraped.Series("http_server_request_duration_seconds_count", ("http_route", "/mdm/connect")));
        Assert.NotEmpty(scraped.Series("http_server_request_duration_seconds_count"));
        Assert.Equal(1, scraped.Value("mdm_store_up"));
    }

    /// <summary>A small shift, until its pushes are measured.</summary>
    private static async Task<Exposition> ShiftAsync(WatchedFleet watched)
    {
        using var device = await SmallShift.SignInAsync(watched.Fleet);
        await device.ConnectAsync(CancellationToken.None);
        Exposition scraped;
        do
            scraped = await watched.ScrapeAsync();
        while (!scraped.Families.ContainsKey("mdm_push_duration_seconds"));
        return scraped;
    }

    private static Task<string> PageAsync() => File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations.md"));

    private static IEnumerable<string> Listed(string page) =>
        Row().Matches(page).Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value}").Order(StringComparer.Ordinal);

    private static string PrometheusOf(Instrument instrument)
    {
        var isCounter = instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal) || instrument.GetType().Name.StartsWith("ObservableCounter", StringComparison.Ordinal);
        return PrometheusName.Of(instrument.Name, instrument.Unit ?? "").Family + (isCounter ? "_total" : "");
    }

    [GeneratedRegex(@"^\| `((?:mdm\.|orleans-)[a-z_.-]+)` \| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
