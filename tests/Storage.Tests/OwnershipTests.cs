using System.Text;

namespace Mdm.Fleet.Storage.Tests;

public abstract class OwnershipTests(ITestEngine engine) : StoreTest(engine)
{
    [Fact]
    public async Task A_second_owner_is_refused_with_one_line_that_names_the_store()
    {
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => RecordStores.OpenAsync(Options with { StartWait = TimeSpan.Zero }));
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Contains(Options.Name, refused.Message, StringComparison.Ordinal);
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
        await WriteAsync("a", "still mine", 0);
    }

    [Fact]
    public async Task A_closed_store_is_free_for_the_next_owner()
    {
        await WriteAsync("a", "one", 0);
        await ReopenAsync();
        await ReopenAsync();
        Assert.Equal("one@1", await ReadAsync("a"));
    }

    [Fact]
    public async Task Closing_twice_is_closing_once()
    {
        await Store.DisposeAsync();
        await Store.DisposeAsync();
        Assert.False(Store.OwnershipLost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_with_one_line()
    {
        await Store.DisposeAsync();
        await Engine.ExecuteAsync(Options, "UPDATE schema_version SET version = 999");
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => RecordStores.OpenAsync(Options));
        Assert.Contains("schema version 999", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Options.Name, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        await Assert.ThrowsAsync<StoreRefusedException>(() => RecordStores.OpenAsync(Options));
    }

    [Fact]
    public async Task A_killed_owner_leaves_all_that_it_acknowledged_and_frees_the_store()
    {
        await Store.DisposeAsync();
        using var writer = CrashingWriter.Start(Options);
        await writer.ReadAcknowledgedAsync(500);
        await Assert.ThrowsAsync<StoreRefusedException>(() => RecordStores.OpenAsync(Options with { StartWait = TimeSpan.Zero }));
        var acknowledged = await writer.KillAsync();

        await ReopenAsync();
        foreach (var (key, etag) in acknowledged)
        {
            var stored = (await Store.ReadAsync(Device(key)))!;
            Assert.InRange(stored.Etag, etag, long.MaxValue);
            Assert.Equal($"{stored.Etag}".PadLeft(2000), Encoding.UTF8.GetString(stored.Body.Span));
            Assert.Equal(stored.Etag, await CountEventsAsync(Device(key)));
        }

        Assert.Equal(acknowledged.Count, (await Store.QueryAsync(new("device", Tag: "owner:anna"))).Rows.Length);
    }

    private async Task<long> CountEventsAsync(RecordKey subject)
    {
        var count = 0L;
        for (var after = 0L; await Store.ReadEventsAsync(after, 1000, subject) is { IsEmpty: false } page; after = page[^1].Cursor)
            count += page.Length;
        return count;
    }
}
