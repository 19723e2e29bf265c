namespace Mdm.Fleet.Storage.Tests;

public abstract class RecordTests(ITestEngine engine) : StoreTest(engine)
{
    [Fact]
    public async Task A_record_goes_from_nothing_through_versions_to_nothing_and_back()
    {
        Assert.Equal("none", await ReadAsync("a"));
        Assert.Equal(1, await WriteAsync("a", "one", 0));
        Assert.Equal("one@1", await ReadAsync("a"));
        Assert.Equal(2, await WriteAsync("a", "two", 1));
        Assert.Equal("two@2", await ReadAsync("a"));
        Assert.Equal(0, await WriteAsync("a", null, 2));
        Assert.Equal("none", await ReadAsync("a"));
        Assert.Equal(1, await WriteAsync("a", "three", 0));
        Assert.Equal("three@1", await ReadAsync("a"));
    }

    [Theory]
    [InlineData("new", 0L, 2L)]
    [InlineData("new", 1L, 2L)]
    [InlineData("new", 3L, 2L)]
    [InlineData(null, 0L, 2L)]
    [InlineData(null, 1L, 2L)]
    public async Task A_write_with_another_etag_loses_and_hears_the_stored_one(string? body, long expected, long stored)
    {
        await WriteAsync("a", "one", 0);
        await WriteAsync("a", "two", 1);
        var conflict = await Assert.ThrowsAsync<RecordConflictException>(() => WriteAsync("a", body, expected));
        Assert.Equal((Device("a"), expected, stored), (conflict.Key, conflict.ExpectedEtag, conflict.StoredEtag));
        Assert.Equal("two@2", await ReadAsync("a"));
    }

    [Fact]
    public async Task An_update_of_what_is_not_there_loses_and_hears_none()
    {
        var conflict = await Assert.ThrowsAsync<RecordConflictException>(() => WriteAsync("a", "one", 1));
        Assert.Null(conflict.StoredEtag);
        Assert.Equal("none", await ReadAsync("a"));
    }

    [Fact]
    public async Task Clearing_what_is_not_there_succeeds_for_who_knew_it() => Assert.Equal(0, await WriteAsync("a", null, 0));

    [Fact]
    public async Task A_loser_leaves_no_index_row_event_or_due_mark()
    {
        await WriteAsync("a", "one", 0, Row("idle", "first", "owner:anna"));
        await Assert.ThrowsAsync<RecordConflictException>(() =>
            WriteAsync("a", "two", 7, Row("held", "second", "owner:bob"), [Line("stolen", Device("a"))], [Set("a", 1, Noon)]));
        Assert.Equal("a", await KeysAsync(new("device", Status: "idle", Tag: "owner:anna", Search: "first")));
        Assert.Equal("", await KeysAsync(new("device", Tag: "owner:bob")));
        Assert.Equal("", await EventsAsync());
        Assert.Equal("", await DueAsync("a", Noon));
    }

    [Fact]
    public async Task A_winner_has_its_index_row_events_and_due_marks_at_once()
    {
        await WriteAsync("a", "one", 0, Row("held", "ipad", "owner:anna"), [Line("enrolled", Device("a"))], [Set("a", 4, Noon)]);
        Assert.Equal("a", await KeysAsync(new("device", Tag: "owner:anna")));
        Assert.Equal("enrolled", await EventsAsync());
        Assert.Equal("catalog:4", await DueAsync("a", Noon));
    }

    [Fact]
    public async Task A_cleared_record_loses_its_index_row_and_tags()
    {
        await WriteAsync("a", "one", 0, Row("held", "ipad", "owner:anna"));
        await WriteAsync("a", null, 1);
        Assert.Equal("", await KeysAsync(new("device")));
        Assert.Equal("", await KeysAsync(new("device", Tag: "owner:anna")));
    }

    [Fact]
    public async Task The_same_key_under_another_kind_is_another_record()
    {
        await Store.WriteAsync(new(new("user", "a"), Json("person"), 0));
        await WriteAsync("a", "thing", 0);
        Assert.Equal("person@1", Text(await Store.ReadAsync(new("user", "a"))));
    }

    [Fact]
    public async Task Everything_is_there_after_opening_again()
    {
        await WriteAsync("a", "one", 0, Row("held", "ipad", "owner:anna"), [Line("enrolled", Device("a"))], [Set("a", 4, Noon)]);
        await ReopenAsync();
        Assert.Equal("one@1", await ReadAsync("a"));
        Assert.Equal("a", await KeysAsync(new("device", Tag: "owner:anna")));
        Assert.Equal("enrolled", await EventsAsync());
        Assert.Equal("catalog:4", await DueAsync("a", Noon));
        Assert.Equal(2, await WriteAsync("a", "two", 1));
    }

    [Fact]
    public async Task An_empty_body_is_a_record()
    {
        await WriteAsync("a", "", 0);
        Assert.Equal("@1", await ReadAsync("a"));
    }

    [Fact]
    public async Task A_closed_store_says_that_it_is_unavailable()
    {
        await Store.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WriteAsync("a", "one", 0));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ReadAsync("a"));
    }
}
