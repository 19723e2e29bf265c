namespace Mdm.Fleet.Storage.Tests;

[Trait("Requirement", "PR-08")]
public abstract class HostileTests(ITestEngine engine) : StoreTest(engine)
{
    public static TheoryData<string> Strings =>
        ["%", "_", "50% off_", "'; DROP TABLE records; --", "\"", "\\", "\\%", "é\u0301", "日本", "😀", "a\u001fb", "{\"a\":1}", "$1", "?", "{x,y}", "NULL"];

    [Theory]
    [MemberData(nameof(Strings))]
    public async Task A_key_and_a_search_are_taken_literally(string text)
    {
        await WriteAsync(text, "x", 0, Row("s", $"before {text} after"), [Line(text, Device(text))], [Set(text, 1, Noon, text)]);
        await WriteAsync("plain", "x", 0, Row("s", "before after aaa"));
        Assert.Equal("x@1", await ReadAsync(text));
        Assert.Equal(text, await KeysAsync(new("device", Search: text)));
        Assert.Equal(text, await EventsAsync(Device(text)));
        Assert.Equal($"{text}:1", await DueAsync(text, Noon));
    }

    [Theory]
    [MemberData(nameof(Strings))]
    public async Task A_tag_is_taken_literally_or_refused(string text)
    {
        Task<long> Writing() => WriteAsync("a", "x", 0, Row("s", "", "group:a", text));
        if (text.Any(char.IsControl))
        {
            await Assert.ThrowsAsync<ArgumentException>(Writing);
            return;
        }

        await Writing();
        Assert.Equal("a", await KeysAsync(new("device", Tag: text)));
        Assert.Equal(["group:a", text], Assert.Single((await Store.QueryAsync(new("device"))).Rows).Row.Tags.ToArray());
    }

    [Fact]
    public async Task NUL_in_search_text_does_not_stop_a_write()
    {
        await WriteAsync("a", "x", 0, Row("s", "one\0two\ud800three"));
        Assert.Equal("a", await KeysAsync(new("device", Search: "one\0two")));
        Assert.Equal("a", await KeysAsync(new("device", Search: "three")));
    }

    [Fact]
    public async Task A_key_that_an_engine_could_not_store_is_refused()
    {
        foreach (var key in (string[])["", "a\0b", "\ud800", "a\udc00", "\ud800a"])
            await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(key, "x", 0));
    }

    [Fact]
    public async Task A_read_of_what_no_engine_could_store_finds_nothing()
    {
        await WriteAsync("a", "x", 0, Row("s", "", "t"), [Line("e", Device("a"))]);
        foreach (var text in (string[])["a\0", "\ud800", "a\udc00"])
        {
            Assert.Equal("none", await ReadAsync(text));
            Assert.Equal("", await EventsAsync(Device(text)));
            Assert.Empty(await Store.ReadLatestEventsAsync(Device(text), null, 10));
            foreach (var query in (IndexQuery[])[new(text), new("device", Status: text), new("device", Tag: text), new("device", After: text)])
                Assert.Equal("", await KeysAsync(query));
            Assert.Equal("a", string.Join(' ', (await Store.ReadIndexAsync("device", [text, "a"])).Select(r => r.Key)));
        }
    }

    [Fact]
    public async Task What_is_too_large_is_refused()
    {
        var key = Device("a");
        RecordWrite[] writes =
        [
            new(new(new string('k', 33), "a"), Json("x"), 0),
            new(Device(new string('k', 257)), Json("x"), 0),
            new(key, new byte[RecordLimits.BodyBytesMax + 1], 0),
            new(key, Json("x"), -1),
            new(key, null, 0, Row("s")),
            new(key, Json("x"), 0, Row(new string('s', 65))),
            new(key, Json("x"), 0, Row("s", new string('s', 4097))),
            new(key, Json("x"), 0, new("s", "", new byte[RecordLimits.SummaryBytesMax + 1], [])),
            new(key, Json("x"), 0, Row("s", "", [.. Enumerable.Range(0, 65).Select(n => $"t{n}")])),
            new(key, Json("x"), 0, Row("s", "", new string('t', 321))),
            new(key, Json("x"), 0, Row("s", "", "")),
            new(key, Json("x"), 0, Events: [Line(new string('e', 65), key)]),
            new(key, Json("x"), 0, Events: [new("e", Noon, new byte[RecordLimits.EventBytesMax + 1], key)]),
            new(key, Json("x"), 0, Events: [.. Enumerable.Repeat(Line("e", key), 257)]),
            new(key, Json("x"), 0, Due: [.. Enumerable.Repeat(Set("a", 1, Noon), 257)]),
            new(key, Json("x"), 0, Due: [Set("a", 1, Noon, new string('r', 65))]),
        ];
        foreach (var write in writes)
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.WriteAsync(write));
        Assert.Equal("none", await ReadAsync("a"));
    }

    [Fact]
    public async Task The_largest_names_are_stored()
    {
        var key = new RecordKey(new string('k', 32), new string('日', 256));
        await Store.WriteAsync(new(key, Json("x"), 0, Row(new string('s', 64), new string('日', 4096), [.. Enumerable.Range(0, 64).Select(n => $"{n:d2}" + new string('t', 318))])));
        Assert.Equal("x@1", Text(await Store.ReadAsync(key)));
        Assert.Equal(64, Assert.Single((await Store.QueryAsync(new(key.Kind, Search: "日日"))).Rows).Row.Tags.Length);
    }
}
