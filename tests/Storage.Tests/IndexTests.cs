using System.Globalization;

namespace Mdm.Fleet.Storage.Tests;

public abstract class IndexTests(ITestEngine engine) : StoreTest(engine)
{
    [Fact]
    public async Task Pages_follow_one_another_in_key_order_to_the_end()
    {
        await WriteDevicesAsync(25);
        var seen = new List<string>();
        var pages = 0;
        for (string? after = null; pages == 0 || after is not null; pages++)
        {
            var page = await Store.QueryAsync(new("device", After: after, Limit: 10));
            seen.AddRange(page.Rows.Select(r => r.Key));
            after = page.Next;
        }

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(0, 25).Select(Key), seen);
    }

    [Fact]
    public async Task Rows_of_given_keys_come_in_key_order_without_the_unknown_ones()
    {
        await WriteDevicesAsync(5);
        var rows = await Store.ReadIndexAsync("device", [Key(3), "no such key", Key(1), Key(3)]);
        Assert.Equal([Key(1), Key(3)], rows.Select(r => r.Key));
        Assert.Equal((await Store.QueryAsync(new("device", After: Key(2), Limit: 1))).Rows[0].Row.Summary.ToArray(), rows[1].Row.Summary.ToArray());
    }

    [Fact]
    public async Task A_page_that_holds_exactly_the_rest_is_the_last()
    {
        await WriteDevicesAsync(10);
        Assert.Null((await Store.QueryAsync(new("device", Limit: 10))).Next);
        Assert.Equal(Key(8), (await Store.QueryAsync(new("device", Limit: 9))).Next);
    }

    [Theory]
    [InlineData("held", null, null, 9)]
    [InlineData(null, "group:even", null, 13)]
    [InlineData(null, null, "ipad 1", 11)]
    [InlineData("held", "group:even", null, 5)]
    [InlineData("held", "group:even", "ipad 1", 2)]
    [InlineData("held", null, "ipad 1", 3)]
    [InlineData("lost", "group:even", "ipad", 0)]
    public async Task All_filters_that_are_set_hold(string? status, string? tag, string? search, int count)
    {
        await WriteDevicesAsync(25);
        var query = new IndexQuery("device", status, tag, search, Limit: 3);
        var seen = new List<string>();
        do
        {
            var page = await Store.QueryAsync(query);
            seen.AddRange(page.Rows.Select(r => r.Key));
            query = query with { After = page.Next };
        }
        while (query.After is not null);

        Assert.Equal(count, seen.Count);
        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task Rows_come_back_as_they_were_written()
    {
        await Store.WriteAsync(new(Device("a"), Json("x"), 0, new("held", "ipad of anna", Json("""{"name":"é"}"""), ["owner:anna", "group:nurses"])));
        var row = Assert.Single((await Store.QueryAsync(new("device"))).Rows).Row;
        Assert.Equal(("held", "ipad of anna"), (row.Status, row.Search));
        Assert.Equal(Json("""{"name":"é"}""").ToArray(), row.Summary.ToArray());
        Assert.Equal(["owner:anna", "group:nurses"], row.Tags.ToArray());
    }

    [Fact]
    public async Task A_new_row_replaces_the_old_one_with_its_tags()
    {
        await WriteAsync("a", "one", 0, Row("held", "first", "owner:anna", "group:nurses"));
        await WriteAsync("a", "two", 1, Row("idle", "second", "group:nurses", "group:night"));
        Assert.Equal("", await KeysAsync(new("device", Tag: "owner:anna")));
        Assert.Equal("a", await KeysAsync(new("device", Status: "idle", Tag: "group:night", Search: "second")));
        Assert.Equal("a", await KeysAsync(new("device", Tag: "group:nurses")));
        Assert.Equal("", await KeysAsync(new("device", Search: "first")));
    }

    [Fact]
    public async Task A_write_without_a_row_leaves_it_as_it_is()
    {
        await WriteAsync("a", "one", 0, Row("held", "first", "owner:anna"));
        await WriteAsync("a", "two", 1);
        Assert.Equal("a", await KeysAsync(new("device", Status: "held", Tag: "owner:anna", Search: "first")));
    }

    [Fact]
    public async Task Counts_follow_the_status_of_each_row()
    {
        await WriteDevicesAsync(25);
        await WriteAsync(Key(0), "moved", 1, Row("lost"));
        await WriteAsync(Key(1), null, 1);
        Assert.Equal("held:8 idle:15 lost:1", string.Join(' ', (await Store.CountAsync("device")).Select(c => $"{c.Key}:{c.Value}")));
        Assert.Empty(await Store.CountAsync("user"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_page_has_1_to_1000_rows(int limit) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.QueryAsync(new("device", Limit: limit)));

    private static string Key(int number) => number.ToString("d3", CultureInfo.InvariantCulture);

    private Task<long[]> WriteDevicesAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(n =>
        WriteAsync(Key(n), "x", 0, Row(n % 3 == 0 ? "held" : "idle", $"ipad {n}", n % 2 == 0 ? "group:even" : "group:odd"))));
}
