using System.Data;
using Npgsql;
using static Mdm.Fleet.Storage.Tests.Cluster.NamedQueries;

namespace Mdm.Fleet.Storage.Tests.Cluster;

/// <summary>What Microsoft.Orleans.Streaming.AdoNet asks for and relies on.</summary>
public sealed class StreamQueryTests(PostgresTestEngine engine) : NamedQueryTest(engine)
{
    private const int AttemptsMax = 3, Hour = 3600;

    [Fact]
    public async Task Messages_are_numbered_in_their_queue_and_taken_in_that_order()
    {
        Assert.Equal((1, 2, 1), (await PutAsync("a"), await PutAsync("b"), await PutAsync("x", queue: "other")));
        Assert.Equal("1#1:a 2#1:b", await TakeAsync());
        Assert.Equal("1#1:x", await TakeAsync(queue: "other"));
    }

    [Fact]
    public async Task A_message_has_the_columns_that_Orleans_casts()
    {
        await PutAsync("a", expirySeconds: 60);
        var taken = Assert.Single(await Queries.ReadAsync("GetStreamMessagesKey", Take(hiddenSeconds: 10), row => (
            Names: $"{(string)row["ServiceId"]} {(string)row["ProviderId"]} {(string)row["QueueId"]} {(long)row["MessageId"]} {(int)row["Dequeued"]}",
            Visible: (DateTime)row["VisibleOn"], Expires: (DateTime)row["ExpiresOn"], Created: (DateTime)row["CreatedOn"], Modified: (DateTime)row["ModifiedOn"],
            Payload: (byte[])row["Payload"])));
        Assert.Equal("mdm-fleet hints q 1 1", taken.Names);
        Assert.Equal(DateTimeKind.Utc, taken.Expires.Kind);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)), (taken.Visible - taken.Modified, taken.Expires - taken.Created));
        Assert.Equal("a"u8.ToArray(), taken.Payload);
    }

    [Fact]
    public async Task A_taken_message_is_hidden_until_its_time_is_over_and_then_taken_again_up_to_the_last_attempt()
    {
        await PutAsync("a");
        Assert.Equal("1#1:a", await TakeAsync(hiddenSeconds: Hour));
        Assert.Equal("", await TakeAsync());
        await ElapseAsync();
        Assert.Equal("1#2:a", await TakeAsync(hiddenSeconds: 0));
        Assert.Equal("1#3:a", await TakeAsync(hiddenSeconds: 0));
        Assert.Equal("", await TakeAsync());
    }

    [Fact]
    public async Task Two_takers_never_get_the_same_message()
    {
        for (var n = 0; n < 40; n++)
            await PutAsync($"{n}");
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TakeAsync(countMax: 5, hiddenSeconds: Hour)));
        var messages = taken.SelectMany(t => t.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.Equal(messages.Distinct(), messages);
        Assert.Equal(40, messages.Length + (await TakeAsync(countMax: 40)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_receipt_of_the_last_taking_confirms_and_one_before_it_does_not()
    {
        await PutAsync("a");
        await PutAsync("b");
        await TakeAsync(hiddenSeconds: 0);
        await TakeAsync(hiddenSeconds: 0);
        Assert.Equal("", await SettleAsync("1:1|2:1"));
        Assert.Equal("1", await SettleAsync("1:2|2:1|7:1"));
        Assert.Equal("2#3:b", await TakeAsync());
    }

    [Fact]
    public async Task A_negative_receipt_releases_for_the_next_taking()
    {
        await PutAsync("a");
        await TakeAsync(hiddenSeconds: Hour);
        Assert.Equal("1", await SettleAsync("1:-1"));
        Assert.Equal("1#2:a", await TakeAsync(hiddenSeconds: Hour));
        Assert.Equal("", await SettleAsync("1:-1"));
        Assert.Equal("", await TakeAsync());
    }

    [Fact]
    public async Task A_failed_message_comes_again_at_once_until_its_attempts_are_over()
    {
        await PutAsync("a");
        await TakeAsync(hiddenSeconds: Hour);
        await FailAsync(1);
        Assert.Equal("1#2:a", await TakeAsync(hiddenSeconds: Hour));
        await FailAsync(1, attemptsMax: 2);
        Assert.Equal(("", "1"), (await TakeAsync(), await DeadAsync()));
    }

    [Fact]
    public async Task What_expired_or_was_taken_too_often_goes_to_the_dead_letters_once_it_is_visible_and_from_there_away()
    {
        await PutAsync("expired", expirySeconds: 0);
        await PutAsync("spent");
        await PutAsync("good");
        await PutAsync("hidden");
        await ExecuteAsync("UPDATE stream_messages SET dequeued = 3, visible_on = CASE message_id WHEN 4 THEN now() + interval '1 hour' ELSE visible_on END WHERE message_id IN (2, 4)");
        Parameter[] batch = [.. Queue(), Parameter.Of("MaxCount", 1), Parameter.Of("MaxAttempts", AttemptsMax), Parameter.Of("RemovalTimeout", 0)];
        await Queries.RunAsync("EvictStreamMessagesKey", batch);
        Assert.Equal("1", await DeadAsync());
        await Queries.RunAsync("EvictStreamMessagesKey", batch);
        await Queries.RunAsync("EvictStreamMessagesKey", batch);
        Assert.Equal("1 2", await DeadAsync());
        await Queries.RunAsync("EvictStreamDeadLettersKey", [.. Queue(), Parameter.Of("MaxCount", 1)]);
        Assert.Equal("2", await DeadAsync());
        Assert.Equal("3#1:good", await TakeAsync());
    }

    [Fact]
    public async Task Taking_evicts_once_an_interval()
    {
        await PutAsync("a", expirySeconds: 0);
        Assert.Equal(("", "1"), (await TakeAsync(evictionSeconds: Hour), await DeadAsync()));
        await PutAsync("b", expirySeconds: 0);
        Assert.Equal(("", "1"), (await TakeAsync(evictionSeconds: Hour), await DeadAsync()));
        await ExecuteAsync("UPDATE stream_queues SET evict_at = now()");
        Assert.Equal(("", "1 2"), (await TakeAsync(), await DeadAsync()));
    }

    [Fact]
    public async Task A_number_is_never_seen_before_a_smaller_one()
    {
        await using var source = NpgsqlDataSource.Create(Options.Target);
        await using var other = await source.OpenConnectionAsync();
        await using var first = await other.BeginTransactionAsync();
        await using var slow = new NpgsqlCommand("SELECT message_id FROM stream_put('mdm-fleet', 'hints', 'q', 'a', 60)", other);
        Assert.Equal(1L, await slow.ExecuteScalarAsync());
        var second = PutAsync("b");
        Assert.Equal("", await TakeAsync());
        Assert.False(second.IsCompleted);
        await first.CommitAsync();
        Assert.Equal((2, "1#1:a 2#1:b"), (await second, await TakeAsync()));
    }

    [Fact]
    public async Task Queueing_taking_confirming_and_evicting_at_once_lose_nothing()
    {
        var taken = new HashSet<string>();
        var putting = Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var n = 0; n < 50; n++)
                await PutAsync($"{writer}-{n}");
        }));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            while (!putting.IsCompleted || await CountAsync() > 0)
            {
                var messages = (await TakeAsync(countMax: 7, hiddenSeconds: Hour, evictionSeconds: 0)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
                lock (taken)
                    taken.UnionWith(messages.Select(m => m.Split(':')[1]));
                await SettleAsync(string.Join('|', messages.Select(m => m.Split(':')[0].Replace('#', ':')).Reverse()));
            }
        }));
        await putting;
        Assert.Equal((200, ""), (taken.Count, await DeadAsync()));
    }

    private static Parameter[] Queue(string queue = "q") =>
        [Parameter.Of("ServiceId", "mdm-fleet"), Parameter.Of("ProviderId", "hints"), Parameter.Of("QueueId", queue)];

    private static Parameter[] Take(int countMax = 10, int hiddenSeconds = Hour, int evictionSeconds = Hour, string queue = "q") =>
    [
        .. Queue(queue), Parameter.Of("MaxCount", countMax), Parameter.Of("MaxAttempts", AttemptsMax), Parameter.Of("VisibilityTimeout", hiddenSeconds),
        Parameter.Of("RemovalTimeout", Hour), Parameter.Of("EvictionInterval", evictionSeconds), Parameter.Of("EvictionBatchSize", 100),
    ];

    private async Task<long> PutAsync(string payload, int expirySeconds = Hour, string queue = "q") => Assert.Single(await Queries.ReadAsync(
        "QueueStreamMessageKey",
        [.. Queue(queue), Parameter.Of("Payload", Json(payload).ToArray()), Parameter.Of("ExpiryTimeout", expirySeconds)],
        row => (string)row["ServiceId"] == "mdm-fleet" && (string)row["ProviderId"] == "hints" && (string)row["QueueId"] == queue ? (long)row["MessageId"] : 0));

    /// <summary>"1#2:a": number, how often it was taken, payload.</summary>
    private async Task<string> TakeAsync(int countMax = 10, int hiddenSeconds = Hour, int evictionSeconds = Hour, string queue = "q") => string.Join(' ', await Queries.ReadAsync(
        "GetStreamMessagesKey",
        Take(countMax, hiddenSeconds, evictionSeconds, queue),
        row => $"{row["MessageId"]}#{row["Dequeued"]}:{System.Text.Encoding.UTF8.GetString((byte[])row["Payload"])}"));

    private async Task<string> SettleAsync(string items) =>
        string.Join(' ', await Queries.ReadAsync("ConfirmStreamMessagesKey", [.. Queue(), Parameter.Of("Items", items)], Confirmed));

    private static long Confirmed(IDataRecord row)
    {
        Assert.Equal(("mdm-fleet", "hints", "q"), ((string)row["ServiceId"], (string)row["ProviderId"], (string)row["QueueId"]));
        return (long)row["MessageId"];
    }

    private Task FailAsync(long message, int attemptsMax = AttemptsMax) => Queries.RunAsync(
        "FailStreamMessageKey",
        [.. Queue(), Parameter.Of("MessageId", message), Parameter.Of("MaxAttempts", attemptsMax), Parameter.Of("RemovalTimeout", Hour)]);

    private Task ElapseAsync() => ExecuteAsync("UPDATE stream_messages SET visible_on = now()");

    private Task ExecuteAsync(string sql) => Engine.ExecuteAsync(Options, sql);

    private async Task<long> CountAsync() => (long)(await ScalarAsync("SELECT count(*) FROM stream_messages"))!;

    private async Task<string> DeadAsync() => (string)(await ScalarAsync("SELECT coalesce(string_agg(message_id::text, ' ' ORDER BY message_id), '') FROM stream_dead_letters"))!;

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Options.Target);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
