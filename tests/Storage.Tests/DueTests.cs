namespace Mdm.Fleet.Storage.Tests;

public abstract class DueTests(ITestEngine engine) : StoreTest(engine)
{
    [Fact]
    public async Task Setting_keeps_the_larger_mark_and_the_earlier_time()
    {
        await Store.MarkAsync([Set("a", 5, Noon.AddHours(1))]);
        await Store.MarkAsync([Set("a", 3, Noon)]);
        Assert.Equal("catalog:5", await DueAsync("a", Noon));
        await Store.MarkAsync([Set("a", 9, Noon.AddHours(2))]);
        Assert.Equal("catalog:9", await DueAsync("a", Noon));
        Assert.Equal("", await DueAsync("a", Noon.AddTicks(-1)));
    }

    [Fact]
    public async Task Clearing_removes_marks_up_to_its_own()
    {
        await Store.MarkAsync([Set("a", 5, Noon)]);
        await Store.MarkAsync([Cleared("a", 4)]);
        Assert.Equal("catalog:5", await DueAsync("a", Noon));
        await Store.MarkAsync([Cleared("a", 5)]);
        Assert.Equal("", await DueAsync("a", Noon));
    }

    [Fact]
    public async Task Marks_of_one_key_are_apart_by_reason()
    {
        await Store.MarkAsync([Set("a", 1, Noon, "push"), Set("a", 2, Noon, "retry")]);
        await Store.MarkAsync([Cleared("a", 9, "push")]);
        Assert.Equal("retry:2", await DueAsync("a", Noon));
    }

    [Fact]
    public async Task Changes_of_one_list_apply_in_its_order()
    {
        await Store.MarkAsync([Set("a", 1, Noon), Cleared("a", 1), Set("a", 2, Noon.AddHours(1)), Set("b", 7, Noon), Cleared("b", 7)]);
        Assert.Equal("", await DueAsync("a", Noon));
        Assert.Equal("catalog:2", await DueAsync("a", Noon.AddHours(1)));
        Assert.Equal("", await DueAsync("b", Noon.AddHours(1)));
    }

    [Fact]
    public async Task A_shard_reads_its_own_keys_earliest_first_up_to_a_limit()
    {
        var keys = Enumerable.Range(0, 2000).Select(n => $"d{n}").ToArray();
        await Store.MarkAsync([.. keys.Select((key, n) => Set(key, 1, Noon.AddSeconds(-n)))]);
        var shard = IRecordStore.DueShard("d7");
        var expected = keys.Reverse().Where(key => IRecordStore.DueShard(key) == shard).ToArray();
        Assert.Equal(expected, (await Store.ReadDueAsync(shard, Noon, 1000)).Select(m => m.Key.Key));
        Assert.Equal(expected.Take(3), (await Store.ReadDueAsync(shard, Noon, 3)).Select(m => m.Key.Key));
        Assert.Equal(64, (await Store.ReadDueShardsAsync(Noon)).Length);
    }

    [Fact]
    public async Task A_whole_fleet_is_marked_and_cleared_in_one_call_each()
    {
        DueChange[] fleet = [.. Enumerable.Range(0, 100_000).Select(n => Set($"d{n}", 1, Noon))];
        await Store.MarkAsync(fleet);
        Assert.Equal(64, (await Store.ReadDueShardsAsync(Noon)).Length);
        Assert.Equal(1000, (await Store.ReadDueAsync(7, Noon, 1000)).Length);
        await Store.MarkAsync([.. fleet.Select(mark => mark with { At = null })]);
        Assert.Empty(await Store.ReadDueShardsAsync(Noon));
    }

    [Fact]
    public async Task Only_shards_with_something_due_are_named()
    {
        await Store.MarkAsync([Set("now", 1, Noon), Set("later", 1, Noon.AddTicks(1))]);
        Assert.Equal([IRecordStore.DueShard("now")], (await Store.ReadDueShardsAsync(Noon)).ToArray());
        Assert.Equal(2, (await Store.ReadDueShardsAsync(Noon.AddTicks(1))).Length);
    }

    [Fact]
    public async Task A_mark_comes_back_as_it_was_set()
    {
        var at = Noon.AddTicks(1234567);
        await Store.MarkAsync([new(new("user", "anna"), "outbox", 42, at.ToOffset(TimeSpan.FromHours(9)))]);
        var mark = Assert.Single(await Store.ReadDueAsync(IRecordStore.DueShard("anna"), at, 10));
        Assert.Equal(new DueMark(new("user", "anna"), "outbox", 42, at), mark);
    }

    [Fact]
    public async Task Marks_of_a_kind_and_reason_are_counted_up_to_a_mark_and_a_limit()
    {
        await Store.MarkAsync([.. Enumerable.Range(0, 50).Select(n => Set($"d{n}", n, Noon.AddHours(n)))]);
        await Store.MarkAsync([.. Enumerable.Range(0, 50).Select(n => Set($"d{n}", 0, Noon, "push"))]);
        await Store.MarkAsync([new(new("user", "anna"), "catalog", 0, Noon)]);
        Assert.Equal(10, await Store.CountDueAsync("device", "catalog", 9, 1000));
        Assert.Equal(7, await Store.CountDueAsync("device", "catalog", 9, 7));
        Assert.Equal(50, await Store.CountDueAsync("device", "push", 9, 1000));
        Assert.Equal(0, await Store.CountDueAsync("device", "catalog", -1, 1000));
        Assert.Equal(0, await Store.CountDueAsync("device", "catalog", 9, 0));
        Assert.Equal(0, await Store.CountDueAsync("device", "cat\0log", 9, 1000));
    }

    [Fact]
    public async Task A_count_follows_marks_that_grow_and_go()
    {
        await Store.MarkAsync([Set("a", 1, Noon), Set("b", 1, Noon), Set("c", 1, Noon)]);
        await Store.MarkAsync([Set("a", 2, Noon), Cleared("b", 1)]);
        Assert.Equal((1, 2), (await Store.CountDueAsync("device", "catalog", 1, 9), await Store.CountDueAsync("device", "catalog", 2, 9)));
    }

    [Fact]
    public void The_shard_of_a_key_never_changes() => Assert.Equal((5, 44), (IRecordStore.DueShard(""), IRecordStore.DueShard("a")));
}
