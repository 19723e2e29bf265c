using Npgsql;

namespace Mdm.Fleet.Storage.Tests;

/// <summary>What only a store behind a server can meet.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresOperationTests(PostgresTestEngine engine) : StoreTest(engine)
{
    private const string OwnerSession = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mdm-fleet owner' AND datname = current_database()";

    private const string ListenerSession = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mdm-fleet listener' AND datname = current_database()";

    [Fact]
    public async Task An_outage_fails_writes_and_reads_and_ends_by_itself()
    {
        await using var cluster = await PostgresCluster.StartNewAsync();
        await using var store = await RecordStores.OpenAsync(StoreOptions.Parse($"postgres:{await cluster.NewDatabaseAsync()}"));
        await store.WriteAsync(new(Device("a"), Json("one"), 0));
        await cluster.StopAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.WriteAsync(new(Device("a"), Json("two"), 1)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadAsync(Device("a")).AsTask());
        await cluster.StartAsync();
        await UntilWrittenAsync(store, new(Device("a"), Json("two"), 1));
        Assert.Equal("two@2", Text(await store.ReadAsync(Device("a"))));
        Assert.False(store.OwnershipLost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_broken_lock_session_is_replaced_where_nobody_else_came()
    {
        await Engine.ExecuteAsync(Options, OwnerSession);
        await UntilLockedAsync();
        await UntilWrittenAsync(Store, new(Device("a"), Json("one"), 0));
        Assert.False(Store.OwnershipLost.IsCancellationRequested);
        await Assert.ThrowsAsync<StoreRefusedException>(() => RecordStores.OpenAsync(Options with { StartWait = TimeSpan.Zero }));
    }

    [Fact]
    public async Task Whoever_takes_the_lock_of_a_broken_session_ends_the_ownership_for_good()
    {
        await WriteAsync("a", "one", 0);
        await using var source = NpgsqlDataSource.Create(Options.Target);
        await using var rival = await source.OpenConnectionAsync();
        await using var waiting = new NpgsqlCommand("SELECT pg_advisory_lock(x'4D444D466C656574'::bigint)", rival);
        var taking = waiting.ExecuteNonQueryAsync();
        await Engine.ExecuteAsync(Options, OwnerSession);
        await taking;
        await FiredAsync(Store.OwnershipLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WriteAsync("a", "two", 1));
    }

    [Fact]
    public async Task A_write_after_another_owner_came_is_fenced_off()
    {
        await WriteAsync("a", "one", 0);
        await Engine.ExecuteAsync(Options, "UPDATE store_owner SET instance = 'another'");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WriteAsync("a", "two", 1));
        await FiredAsync(Store.OwnershipLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WriteAsync("a", "two", 1, Row("held")));
        Assert.Equal("one@1", await ReadAsync("a"));
    }

    [Fact]
    public async Task Silos_of_one_cluster_share_the_store_and_nobody_else_joins_them()
    {
        await Store.DisposeAsync();
        var silo = Options with { HostKind = "cluster", ClusterId = "blue", StartWait = TimeSpan.Zero };
        await using var one = await RecordStores.OpenAsync(silo);
        await using var two = await RecordStores.OpenAsync(silo);
        await one.WriteAsync(new(Device("a"), Json("one"), 0, Events: [Line("first", Device("a"))]));
        await two.WriteAsync(new(Device("a"), Json("two"), 1, Events: [Line("second", Device("a"))]));
        Assert.Equal(["first", "second"], (await one.ReadEventsAsync(0, 10)).Select(e => e.Line.Type));
        foreach (var stranger in (StoreOptions[])[Options with { StartWait = TimeSpan.Zero }, silo with { ClusterId = "green" }])
            Assert.Contains("cluster blue", (await Assert.ThrowsAsync<StoreRefusedException>(() => RecordStores.OpenAsync(stranger))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_hears_of_events_that_another_commits()
    {
        await Store.DisposeAsync();
        var silo = Options with { HostKind = "cluster" };
        await using var one = await RecordStores.OpenAsync(silo);
        await using var two = await RecordStores.OpenAsync(silo);
        var heard = new EventWatch(two);
        for (var n = 0; n < 3; n++)
        {
            await one.WriteAsync(new(Device("a"), Json("x"), n, Events: [Line($"{n}", Device("a"))]));
            await heard.UntilAsync(n + 1);
        }

        await Engine.ExecuteAsync(Options, ListenerSession);
        await one.WriteAsync(new(Device("a"), Json("x"), 3, Events: [Line("while deaf", Device("a"))]));
        await heard.UntilAsync(4);
        await one.WriteAsync(new(Device("a"), Json("x"), 4, Events: [Line("at last", Device("a"))]));
        await one.DisposeAsync();
        await heard.UntilAsync(5);
    }

    [Fact]
    public async Task An_embedded_host_neither_listens_nor_tells()
    {
        await WriteAsync("a", "one", 0, events: [Line("one", Device("a"))]);
        await using var source = NpgsqlDataSource.Create(Options.Target);
        await using var listeners = source.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'mdm-fleet listener' AND datname = current_database()");
        Assert.Equal(0L, await listeners.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_silo_of_a_newer_version_that_joins_brings_the_schema_up_to_date()
    {
        await Store.DisposeAsync();
        var silo = Options with { HostKind = "cluster" };
        await using var one = await RecordStores.OpenAsync(silo);
        await Engine.ExecuteAsync(silo, """
            DROP TABLE orleansquery, cluster_versions, cluster_silos, grain_states, stream_queues, stream_messages, stream_dead_letters CASCADE;
            DROP FUNCTION stream_bury, stream_forget, stream_settle, stream_fail;
            UPDATE schema_version SET version = 2
            """);
        await using var two = await RecordStores.OpenAsync(silo);
        await Engine.ExecuteAsync(silo, "SELECT QueryText FROM OrleansQuery");
        await one.WriteAsync(new(Device("a"), Json("one"), 0));
        Assert.Equal("one@1", Text(await two.ReadAsync(Device("a"))));
    }

    [Fact]
    public async Task A_silo_of_an_older_version_is_refused_where_newer_ones_run()
    {
        await Store.DisposeAsync();
        var silo = Options with { HostKind = "cluster" };
        await using var one = await RecordStores.OpenAsync(silo);
        await Engine.ExecuteAsync(silo, "UPDATE schema_version SET version = version + 1");
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => RecordStores.OpenAsync(silo));
        Assert.Contains("this program knows versions up to", refused.Message, StringComparison.Ordinal);
        await one.WriteAsync(new(Device("a"), Json("one"), 0));
    }

    [Fact]
    public async Task Events_of_two_silos_are_never_skipped()
    {
        await Store.DisposeAsync();
        var silo = Options with { HostKind = "cluster" };
        IRecordStore[] silos = [await RecordStores.OpenAsync(silo), await RecordStores.OpenAsync(silo)];
        var writing = Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            for (var n = 0; n < 30; n++)
                await silos[writer % 2].WriteAsync(new(Device($"w{writer}"), Json("x"), n, Events: [Line($"{n}", Device($"w{writer}"))]));
        }));
        var seen = new List<StoredEvent>();
        for (var finished = false; !finished || seen.Count < 16 * 30;)
        {
            finished = writing.IsCompleted;
            seen.AddRange(await silos[0].ReadEventsAsync(seen.Count == 0 ? 0 : seen[^1].Cursor, 5));
            if (writing.IsFaulted)
                break;
        }

        await writing;
        Assert.Equal(seen.Select(e => e.Cursor).Order().Distinct(), seen.Select(e => e.Cursor));
        Assert.All(seen.GroupBy(e => e.Line.Subject), of => Assert.Equal(Enumerable.Range(0, 30).Select(n => $"{n}"), of.Select(e => e.Line.Type)));
        await silos[0].DisposeAsync();
        await silos[1].DisposeAsync();
    }

    [Fact]
    public async Task A_reader_stops_at_the_oldest_running_transaction_and_is_nudged_after_it()
    {
        await using var source = NpgsqlDataSource.Create(Options.Target);
        await using var foreign = await source.OpenConnectionAsync();
        await using var running = await foreign.BeginTransactionAsync();
        await using var number = new NpgsqlCommand("SELECT pg_current_xact_id()::text", foreign);
        await number.ExecuteScalarAsync();
        await WriteAsync("a", "one", 0, events: [Line("held back", Device("a"))]);
        Assert.Equal("", await EventsAsync());

        var seen = new TaskCompletionSource();
        Store.EventsCommitted += async () =>
        {
            if (await EventsAsync() == "held back")
                seen.TrySetResult();
        };
        await running.RollbackAsync();
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Cursors_go_on_growing_on_a_server_with_smaller_transaction_numbers()
    {
        await WriteAsync("a", "one", 0, events: [Line("before", Device("a"))]);
        await Engine.ExecuteAsync(Options, "UPDATE events SET cursor = cursor + (1000000::bigint << 17)");
        await ReopenAsync();
        await WriteAsync("a", "two", 1, events: [Line("after", Device("a"))]);
        Assert.Equal("before after", await EventsAsync());
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=u;Database=d")]
    [InlineData("Host=no.such.host.invalid;Username=u;Database=d")]
    public async Task A_server_that_cannot_be_reached_is_refused_after_bounded_tries(string address)
    {
        var options = StoreOptions.Parse($"postgres:{address}") with { StartWait = TimeSpan.FromSeconds(1) };
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => RecordStores.OpenAsync(options));
        Assert.StartsWith($"{options.Name} can't be reached", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_refused_at_once()
    {
        var address = new NpgsqlConnectionStringBuilder(Options.Target) { Database = "nowhere" };
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => RecordStores.OpenAsync(StoreOptions.Parse($"postgres:{address}")));
        Assert.Contains("nowhere", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_copied_by_its_own_means() =>
        await Assert.ThrowsAsync<NotSupportedException>(() => Store.CopyToAsync("anywhere"));

    private static Task FiredAsync(CancellationToken token)
    {
        var fired = new TaskCompletionSource();
        token.Register(fired.SetResult);
        return fired.Task.WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
    }

    private async Task UntilLockedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var source = NpgsqlDataSource.Create(Options.Target);
        await using var locks = source.CreateCommand("""
            SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()
            """);
        while (await locks.ExecuteScalarAsync(patience.Token) is not 1L)
            patience.Token.ThrowIfCancellationRequested();
    }

    private static async Task UntilWrittenAsync(IRecordStore store, RecordWrite write)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await store.WriteAsync(write);
                return;
            }
            catch (StoreUnavailableException)
            {
                patience.Token.ThrowIfCancellationRequested();
            }
            catch (RecordConflictException conflict) when (conflict.StoredEtag == write.ExpectedEtag + 1)
            {
                return;
            }
        }
    }
}
