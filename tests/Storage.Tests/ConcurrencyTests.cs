using System.Collections.Concurrent;
using System.Text;

namespace Mdm.Fleet.Storage.Tests;

public abstract class ConcurrencyTests(ITestEngine engine) : StoreTest(engine)
{
    [Fact]
    public async Task Of_many_inserts_of_one_key_one_wins_and_its_body_stays()
    {
        var winners = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(n => TryWriteAsync("a", $"body {n}", 0, winners)));
        Assert.Equal($"{Assert.Single(winners)}@1", await ReadAsync("a"));
    }

    [Fact]
    public async Task Writes_of_one_key_in_a_row_without_waiting_behave_as_one_after_another()
    {
        var writes = Enumerable.Range(0, 30).Select(n => WriteAsync("a", $"{n}", n)).ToArray();
        Assert.Equal(Enumerable.Range(1, 30).Select(n => (long)n), await Task.WhenAll(writes));
        Assert.Equal("29@30", await ReadAsync("a"));
    }

    [Fact]
    public async Task A_batch_with_conflicts_writes_its_winners_only()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(n => WriteAsync($"d{n:d2}", "x", 0, Row("old"))));
        var winners = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(n =>
            TryWriteAsync($"d{n:d2}", $"{n:d2}", n % 2 == 0 ? 1 : 9, winners, Row("new"))));
        var even = Enumerable.Range(0, 40).Where(n => n % 2 == 0).Select(n => $"{n:d2}").ToArray();
        Assert.Equal(even, winners.Order());
        Assert.Equal(string.Join(' ', even.Select(n => $"d{n}")), await KeysAsync(new("device", Status: "new")));
        Assert.Equal(even.Select(n => $"d{n}"), (await Store.ReadEventsAsync(0, 1000)).Select(e => e.Line.Subject.Key).Order());
    }

    [Fact]
    public async Task Sixty_four_callers_end_where_a_model_ends()
    {
        const int Keys = 200, Each = 60;
        var model = new Dictionary<string, (string Body, long Etag)>?[64];
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async caller =>
        {
            var random = new Random(caller);
            var own = model[caller] = [];
            for (var n = 0; n < Each; n++)
                await StepAsync(own, $"k{caller}-{random.Next(Keys / 64)}", random);
        }));
        foreach (var (key, (body, etag)) in model.SelectMany(own => own!))
            Assert.Equal(etag == 0 ? "none" : $"{body}@{etag}", await ReadAsync(key));
        var alive = model.SelectMany(own => own!).Where(r => r.Value.Etag > 0).GroupBy(r => $"s{r.Value.Body.Length % 3}");
        Assert.Equal(alive.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new KeyValuePair<string, long>(g.Key, g.Count())), await Store.CountAsync("device"));
    }

    [Fact]
    public async Task A_write_larger_than_a_batch_is_committed_among_small_ones()
    {
        var large = new byte[RecordLimits.BodyBytesMax];
        new Random(1).NextBytes(large);
        var small = Enumerable.Range(0, 20).Select(n => WriteAsync($"d{n}", "x", 0)).ToArray();
        var write = Store.WriteAsync(new(Device("large"), large, 0));
        await Task.WhenAll([.. small, write]);
        var read = await Store.ReadAsync(Device("large"));
        Assert.Equal(large, read!.Body.ToArray());
    }

    private async Task StepAsync(Dictionary<string, (string Body, long Etag)> own, string key, Random random)
    {
        var etag = own.TryGetValue(key, out var known) ? known.Etag : 0;
        var body = new StringBuilder().Append('x', random.Next(1, 3000)).ToString();
        switch (random.Next(10))
        {
            case 0:
                await Assert.ThrowsAsync<RecordConflictException>(() => WriteAsync(key, body, etag + 1));
                break;
            case 1:
                own[key] = ("", await WriteAsync(key, null, etag));
                break;
            default:
                own[key] = (body, await WriteAsync(key, body, etag, Row($"s{body.Length % 3}", key, $"t{body.Length % 5}")));
                break;
        }
    }

    private async Task TryWriteAsync(string key, string body, long etag, ConcurrentBag<string> winners, IndexRow? row = null)
    {
        try
        {
            await WriteAsync(key, body, etag, row, [Line("written", Device(key))]);
            winners.Add(body);
        }
        catch (RecordConflictException conflict)
        {
            Assert.Equal(1, conflict.StoredEtag);
        }
    }
}
