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
}
