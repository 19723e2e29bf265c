using System.Collections.Immutable;
using System.Globalization;

namespace Mdm.Fleet.Storage.Tests;

public abstract class EventTests(ITestEngine engine) : StoreTest(engine)
{
    [Fact]
    public async Task Events_read_on_from_a_cursor_of_one_subject_or_of_all()
    {
        await WriteAsync("a", "x", 0, events: [Line("one", Device("a")), Line("two", Device("b"))]);
        await WriteAsync("b", "x", 0, events: [Line("three", Device("a"))]);
        var all = await Store.ReadEventsAsync(0, 100);
        Assert.Equal(["one", "two", "three"], all.Select(e => e.Line.Type));
        Assert.Equal(["two", "three"], (await Store.ReadEventsAsync(all[0].Cursor, 100)).Select(e => e.Line.Type));
        Assert.Equal(["one"], (await Store.ReadEventsAsync(0, 1)).Select(e => e.Line.Type));
        Assert.Equal("one three", await EventsAsync(Device("a")));
        Assert.Equal(all[^1].Cursor, await Store.LastEventCursorAsync());
    }

    [Fact]
    public async Task The_newest_events_of_a_subject_come_first()
    {
        for (var n = 0; n < 5; n++)
            await WriteAsync("a", "x", n, events: [Line($"e{n}", Device("a")), Line("other", Device("b"))]);
        var newest = await Store.ReadLatestEventsAsync(Device("a"), null, 2);
        Assert.Equal(["e4", "e3"], newest.Select(e => e.Line.Type));
        Assert.Equal(["e2", "e1", "e0"], (await Store.ReadLatestEventsAsync(Device("a"), newest[1].Cursor, 10)).Select(e => e.Line.Type));
    }

    [Fact]
    public async Task An_event_comes_back_as_it_was_written()
    {
        var line = new EventLine("signed-in", Noon.AddTicks(7), Json("""{"who":"anna"}"""), new("user", "anna"));
        await WriteAsync("a", "x", 0, events: [line]);
        var read = Assert.Single(await Store.ReadEventsAsync(0, 10)).Line;
        Assert.Equal((line.Type, line.At, line.Subject), (read.Type, read.At, read.Subject));
        Assert.Equal(line.Data.ToArray(), read.Data.ToArray());
    }

    [Fact]
    public async Task Retention_drops_whole_days_and_never_takes_the_cursor_back()
    {
        await WriteAsync("a", "x", 0, events: [Line("old", Device("a"), Noon.AddDays(-2)), Line("eve", Device("a"), Noon.AddDays(-1)), Line("new", Device("a"))]);
        var last = await Store.LastEventCursorAsync();
        var today = DateOnly.FromDateTime(Noon.UtcDateTime);
        Assert.Equal(2, await Store.DropEventsBeforeAsync(today));
        Assert.Equal("new", await EventsAsync());
        Assert.Equal(1, await Store.DropEventsBeforeAsync(today.AddDays(1)));
        Assert.Equal(0, await Store.DropEventsBeforeAsync(today.AddDays(1)));
        Assert.Equal(last, await Store.LastEventCursorAsync());
        await ReopenAsync();
        await WriteAsync("a", "x", 1, events: [Line("next", Device("a"), Noon.AddDays(-2))]);
        Assert.True(Assert.Single(await Store.ReadEventsAsync(last, 10)).Cursor > last);
    }

    [Fact]
    public async Task Many_events_of_a_day_are_dropped_while_writes_go_on()
    {
        for (var n = 0; n < 20; n++)
            await WriteAsync($"d{n}", "x", 0, events: [.. Enumerable.Repeat(Line("old", Device("a"), Noon.AddDays(-3)), 256)]);
        var dropping = Store.DropEventsBeforeAsync(DateOnly.FromDateTime(Noon.UtcDateTime));
        for (var n = 0; n < 20; n++)
            await WriteAsync($"d{n}", "y", 1, events: [Line("new", Device("a"))]);
        Assert.Equal(1, await dropping);
        Assert.Equal(string.Join(' ', Enumerable.Repeat("new", 20)), await EventsAsync());
    }

    [Fact]
    public async Task Committed_events_nudge_whoever_listens()
    {
        var nudged = new TaskCompletionSource();
        Store.EventsCommitted += () => nudged.TrySetResult();
        await WriteAsync("a", "x", 0, events: [Line("one", Device("a"))]);
        await nudged.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("one", await EventsAsync());
    }

    [Fact]
    public async Task A_reader_beside_many_writers_sees_each_event_once_in_order()
    {
        const int Writers = 16, Each = 40;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var n = 0; n < Each; n++)
                await WriteAsync($"w{writer}", "x", n, events: [Line($"{n}", Device($"w{writer}"))]);
        }));
        var seen = ImmutableArray.CreateBuilder<StoredEvent>();
        while (true)
        {
            var finished = writing.IsCompleted;
            var page = await Store.ReadEventsAsync(seen.Count == 0 ? 0 : seen[^1].Cursor, 7);
            seen.AddRange(page);
            if (finished && page.IsEmpty)
                break;
        }

        await writing;
        Assert.Equal(Writers * Each, seen.Count);
        Assert.Equal(seen.Select(e => e.Cursor).Order().Distinct(), seen.Select(e => e.Cursor));
        Assert.All(seen.GroupBy(e => e.Line.Subject), of =>
            Assert.Equal(Enumerable.Range(0, Each).Select(n => n.ToString(CultureInfo.InvariantCulture)), of.Select(e => e.Line.Type)));
    }
}
