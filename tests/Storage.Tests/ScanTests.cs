using System.Globalization;
using System.Text;

namespace Mdm.Fleet.Storage.Tests;

public abstract class ScanTests(ITestEngine engine) : StoreTest(engine)
{
    [Fact]
    public async Task Facts_come_back_from_a_scan_and_from_nothing_else()
    {
        var bytes = Enumerable.Range(0, 256).Select(n => (byte)n).ToArray();
        await WriteAsync("a", "x", 0, Row("held", "ipad", "owner:anna") with { Facts = bytes });
        var row = Assert.Single((await Store.ScanAsync("device", null, 10)).Rows);
        Assert.Equal(("a", "held"), (row.Key, row.Status));
        Assert.Equal(bytes, row.Facts.ToArray());
        Assert.Null(row.Summary);
        Assert.True(Assert.Single((await Store.QueryAsync(new("device"))).Rows).Row.Facts.IsEmpty);
        Assert.True(Assert.Single(await Store.ReadIndexAsync("device", ["a"])).Row.Facts.IsEmpty);
    }

    [Fact]
    public async Task A_summary_comes_with_a_scan_that_asks_for_it()
    {
        await WriteAsync("a", "x", 0, With("f", "held", "t") with { Summary = Json("""{"name":"é"}""") });
        foreach (var tag in (string?[])[null, "t"])
            Assert.Equal(
                """{"name":"é"}""",
                Encoding.UTF8.GetString(Assert.Single((await Store.ScanAsync("device", null, 10, tag, withSummary: true)).Rows).Summary!.Value.Span));
    }

    [Fact]
    public async Task Facts_are_replaced_with_the_row_and_by_themselves()
    {
        await WriteAsync("a", "one", 0, With("first"));
        await WriteAsync("a", "two", 1, With("second"));
        Assert.Equal("a:held:second", await ScannedAsync());
        await WriteAsync("a", "three", 2, With("second", "idle"));
        Assert.Equal("a:idle:second", await ScannedAsync());
        await WriteAsync("a", "four", 3);
        Assert.Equal("a:idle:second", await ScannedAsync());
        await WriteAsync("a", "five", 4, Row("idle"));
        Assert.Equal("a:idle:", await ScannedAsync());
    }

    [Fact]
    public async Task Facts_go_with_the_record()
    {
        await WriteAsync("a", "one", 0, With("first"));
        await WriteAsync("b", "one", 0, With("other"));
        await WriteAsync("a", null, 1);
        Assert.Equal("b:held:other", await ScannedAsync());
        await WriteAsync("a", "again", 0);
        Assert.Equal("b:held:other", await ScannedAsync());
    }

    [Fact]
    public async Task The_facts_of_a_loser_are_not_written()
    {
        await WriteAsync("a", "one", 0, With("first"));
        await Assert.ThrowsAsync<RecordConflictException>(() => WriteAsync("a", "two", 7, With("second")));
        Assert.Equal("a:held:first", await ScannedAsync());
    }

    [Fact]
    public async Task Facts_have_at_most_8_KB()
    {
        var largest = new byte[RecordLimits.FactsBytesMax];
        new Random(1).NextBytes(largest);
        await WriteAsync("a", "x", 0, Row("s") with { Facts = largest });
        Assert.Equal(largest, Assert.Single((await Store.ScanAsync("device", null, 10)).Rows).Facts.ToArray());
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync("a", "y", 1, Row("s") with { Facts = new byte[largest.Length + 1] }));
    }

    [Theory]
    [InlineData(null, false, 25)]
    [InlineData(null, true, 25)]
    [InlineData("group:even", false, 13)]
    [InlineData("group:even", true, 13)]
    [InlineData("group:none", false, 0)]
    public async Task Pages_follow_one_another_in_key_order_to_the_end(string? tag, bool withSummary, int count)
    {
        await WriteDevicesAsync(25);
        await Store.WriteAsync(new(new("user", "012"), Json("x"), 0, With("another kind", tags: "group:even")));
        var seen = new List<ScanRow>();
        string? after = null;
        do
        {
            var page = await Store.ScanAsync("device", after, 5, tag, withSummary);
            Assert.InRange(page.Rows.Length, 0, 5);
            seen.AddRange(page.Rows);
            after = page.Next;
        }
        while (after is not null);

        var step = tag is null ? 1 : 2;
        Assert.Equal(Enumerable.Range(0, count).Select(n => $"{Key(n * step)}:facts {n * step}"), seen.Select(r => $"{r.Key}:{Text(r.Facts)}"));
    }

    [Fact]
    public async Task A_page_that_holds_exactly_the_rest_is_the_last()
    {
        await WriteDevicesAsync(10);
        Assert.Null((await Store.ScanAsync("device", null, 10)).Next);
        Assert.Equal(Key(8), (await Store.ScanAsync("device", null, 9)).Next);
        Assert.Null((await Store.ScanAsync("device", Key(9), 10)).Next);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5001)]
    public async Task A_page_has_1_to_5000_rows(int limit) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.ScanAsync("device", null, limit));

    [Fact]
    public async Task What_no_engine_could_store_is_found_by_no_scan()
    {
        await WriteAsync("a", "x", 0, With("f", "s", "t"));
        foreach (var text in (string[])["a\0", "\ud800"])
        {
            Assert.Empty((await Store.ScanAsync(text, null, 10)).Rows);
            Assert.Empty((await Store.ScanAsync("device", text, 10)).Rows);
            Assert.Empty((await Store.ScanAsync("device", null, 10, text)).Rows);
        }
    }

    [Fact]
    public async Task A_scan_beside_writers_sees_every_row_once_with_status_and_facts_of_one_write()
    {
        const int Devices = 200;
        await WriteDevicesAsync(Devices);
        var scanned = false;
        var writing = Task.WhenAll(Enumerable.Range(0, Devices).Select(async n =>
        {
            for (var etag = 1L; !Volatile.Read(ref scanned);)
                etag = await WriteAsync(Key(n), "x", etag, With($"{etag}", $"{etag}"));
        }));
        for (var pass = 0; pass < 10; pass++)
        {
            var seen = await ScanAllAsync(30);
            Assert.Equal(Enumerable.Range(0, Devices).Select(Key), seen.Select(r => r.Key));
            Assert.All(seen, row => Assert.Equal(row.Status == "held" ? $"facts {int.Parse(row.Key, CultureInfo.InvariantCulture)}" : row.Status, Text(row.Facts)));
        }

        Volatile.Write(ref scanned, true);
        await writing;
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static IndexRow With(string facts, string status = "held", params string[] tags) => Row(status, "", tags) with { Facts = Json(facts) };

    private static string Key(int number) => number.ToString("d3", CultureInfo.InvariantCulture);

    private async Task<string> ScannedAsync() => string.Join(' ', (await ScanAllAsync(1000)).Select(r => $"{r.Key}:{r.Status}:{Text(r.Facts)}"));

    private async Task<List<ScanRow>> ScanAllAsync(int limit)
    {
        var seen = new List<ScanRow>();
        string? after = null;
        do
        {
            var page = await Store.ScanAsync("device", after, limit);
            seen.AddRange(page.Rows);
            after = page.Next;
        }
        while (after is not null);
        return seen;
    }

    private Task<long[]> WriteDevicesAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(n =>
        WriteAsync(Key(n), "x", 0, With($"facts {n}", tags: n % 2 == 0 ? "group:even" : "group:odd"))));
}
