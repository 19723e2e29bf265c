using System.Text.Json;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Tests.Hosting;

namespace Mdm.Fleet.Grains.Tests.Devices;

/// <summary>When a device was last heard is known over a restart, but for the minute that was not flushed (DESIGN.md, section 6).</summary>
public sealed class LastSeenTests : IAsyncLifetime
{
    private Hosting.Fleet _fleet = null!;
    private Pad _pad = null!;

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        _pad = new Pad(_fleet, "DEVICE-0001");
        await _pad.EnrolAsync();
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    public async Task What_a_minute_flushed_is_shown_after_a_restart()
    {
        await _fleet.LastSeen.StartAsync(CancellationToken.None);
        _fleet.Time.Advance(TimeSpan.FromMinutes(5));
        await _pad.IdleAsync();
        var seen = _fleet.Time.GetUtcNow();
        await _fleet.Until(async () =>
        {
            _fleet.Time.Advance(TimeSpan.FromMinutes(1));
            return await FlushedAsync() >= seen.ToUnixTimeSeconds();
        });
        await _fleet.RestartAsync();
        Assert.Equal(seen, (await _pad.Grain.View()).LastSeen!.Value, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task What_is_noted_when_the_server_stops_is_flushed()
    {
        await _fleet.LastSeen.StartAsync(CancellationToken.None);
        _fleet.Time.Advance(TimeSpan.FromMinutes(5));
        await _pad.IdleAsync();
        await _fleet.LastSeen.StopAsync(CancellationToken.None);
        Assert.NotNull(await _fleet.Store.ReadAsync(Key));
    }

    [Fact]
    public async Task It_is_flushed_though_others_used_up_the_time_to_stop()
    {
        await _fleet.LastSeen.StartAsync(CancellationToken.None);
        _fleet.Time.Advance(TimeSpan.FromMinutes(5));
        await _pad.IdleAsync();
        await _fleet.LastSeen.StopAsync(new CancellationToken(canceled: true));
        Assert.NotNull(await _fleet.Store.ReadAsync(Key));
    }

    [Fact]
    public async Task What_a_flush_could_not_write_the_next_one_does()
    {
        var now = _fleet.Time.GetUtcNow();
        _fleet.LastSeen.Note("DEVICE-0002", now);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _fleet.LastSeen.Flush(new CancellationToken(canceled: true)));
        await _fleet.LastSeen.Flush(CancellationToken.None);
        await _fleet.RestartAsync();
        Assert.Equal(now, (await _fleet.LastSeen.Of("DEVICE-0002"))!.Value, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task An_older_note_never_takes_the_place_of_a_younger_one()
    {
        var now = _fleet.Time.GetUtcNow();
        _fleet.LastSeen.Note("DEVICE-0002", now);
        await _fleet.LastSeen.Flush(CancellationToken.None);
        _fleet.LastSeen.Note("DEVICE-0002", now - TimeSpan.FromHours(1));
        await _fleet.LastSeen.Flush(CancellationToken.None);
        Assert.Equal(now, (await _fleet.LastSeen.Of("DEVICE-0002"))!.Value, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_device_that_connects_all_the_time_is_noted_twice_a_minute_at_most()
    {
        await _fleet.LastSeen.Flush(CancellationToken.None);
        var flushes = 0;
        var before = (await _fleet.Store.ReadAsync(Key))!.Etag;
        for (var second = 0; second < 120; second++)
        {
            _fleet.Time.Advance(TimeSpan.FromSeconds(1));
            await _pad.IdleAsync();
            await _fleet.LastSeen.Flush(CancellationToken.None);
            flushes++;
        }

        Assert.Equal(120, flushes);
        Assert.InRange((await _fleet.Store.ReadAsync(Key))!.Etag - before, 4, 5);
    }

    [Fact]
    public async Task A_device_that_was_never_heard_has_no_time() => Assert.Null(await _fleet.LastSeen.Of("DEVICE-0009"));

    private async Task<long> FlushedAsync() => await _fleet.Store.ReadAsync(Key) is { } record
        ? JsonSerializer.Deserialize(record.Body.Span, GrainsJson.Default.DictionaryStringInt64)!.GetValueOrDefault("DEVICE-0001")
        : 0;

    private static Storage.RecordKey Key => new("lastSeen", Storage.IRecordStore.DueShard("DEVICE-0001").ToString(System.Globalization.CultureInfo.InvariantCulture));
}
