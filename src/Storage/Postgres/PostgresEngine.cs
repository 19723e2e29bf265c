using System.Collections.Immutable;
using Mdm.Fleet.Storage.Commit;
using Npgsql;
using static Mdm.Fleet.Storage.Postgres.PostgresRound;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>
/// Commits batches on one connection. Records alone take one round trip; where index rows, events or due marks depend on who wins, a second one
/// writes them and commits. Every transaction is fenced by the owner row.
/// </summary>
internal sealed class PostgresEngine(StoreOptions options, PostgresOwnership ownership, PostgresEventLog events) : ICommitEngine
{
    private NpgsqlConnection? connection;

    public void Commit(CommitBatch batch)
    {
        if (!ownership.IsHeld())
            throw new StoreUnavailableException($"{options.Name}: the ownership is not certain, so nothing is written.");
        try
        {
            connection ??= Open();
            events.Prepare(connection, batch.Writes.SelectMany(static w => Events(w)));
            if (batch.Writes.Exists(NeedsSecondRound))
                WriteInTwoRounds(connection, batch);
            else
                WriteInOneRound(connection, batch);
        }
        catch (Exception e)
        {
            // A new connection has neither an open transaction nor a doubtful state.
            Drop();
            if (PostgresFailures.IsPartitionMissing(e))
                events.ForgetPartitions();
            if (e is PostgresException { SqlState: PostgresFailures.NotOwner })
                ownership.Lose();
            else if (!PostgresFailures.IsStoreAtFault(e))
                throw;
            throw new StoreUnavailableException($"{options.Name} refuses to write: {e.Message}", e);
        }
    }

    public void Dispose() => Drop();

    private static bool NeedsSecondRound(PendingWrite pending) => pending.Write is var write
        && (write.Body is null || write.Index is not null || !write.Events.IsDefaultOrEmpty || !write.Due.IsDefaultOrEmpty);

    private void WriteInOneRound(NpgsqlConnection connection, CommitBatch batch)
    {
        var records = new PostgresRecordStatements();
        using (var round = new PostgresRound(connection))
        {
            records.AddTo(round.Add("SELECT store_fence($1)", Text(ownership.Owner.Instance)), batch.Writes);
            PostgresDueStatements.AddTo(round, batch.Marks.SelectMany(static m => m.Changes));
            using var reader = round.Read();
            reader.NextResult();
            records.ReadWinners(reader);
            while (reader.NextResult())
                continue;
        }

        if (records.Losers.Count > 0)
            TellLosers(connection, records);
    }

    private void WriteInTwoRounds(NpgsqlConnection connection, CommitBatch batch)
    {
        var records = new PostgresRecordStatements();
        var index = new PostgresIndexStatements(batch.Writes);
        using (var first = new PostgresRound(connection))
        {
            records.AddTo(first.Add("BEGIN").Add("SELECT store_fence($1)", Text(ownership.Owner.Instance)), batch.Writes);
            index.AddReadTo(first);
            using var reader = first.Read();
            reader.NextResult();
            records.ReadWinners(reader);
            index.ReadStored(reader);
        }

        if (records.Losers.Count > 0)
            records.ReadLosers(connection);
        using var second = new PostgresRound(connection);
        PendingWrite[] winners = [.. batch.Writes.Where(static w => !w.Lost)];
        index.AddWritesTo(second);
        events.AddTo(second, [.. winners.SelectMany(static w => Events(w))]);
        PostgresDueStatements.AddTo(second, [.. winners.SelectMany(static w => Due(w)), .. batch.Marks.SelectMany(static m => m.Changes)]);
        second.Add("COMMIT").Run();
    }

    /// <summary>The batch is committed already: a failure here only leaves the stored etags unsaid.</summary>
    private void TellLosers(NpgsqlConnection connection, PostgresRecordStatements records)
    {
        try
        {
            records.ReadLosers(connection);
        }
        catch (Exception e) when (PostgresFailures.IsStoreAtFault(e))
        {
            Drop();
        }
    }

    private static ImmutableArray<EventLine> Events(PendingWrite pending) => pending.Write.Events.IsDefault ? [] : pending.Write.Events;

    private static ImmutableArray<DueChange> Due(PendingWrite pending) => pending.Write.Due.IsDefault ? [] : pending.Write.Due;

    /// <summary>
    /// Plans are made once and must stay right while the tables grow: index look-ups only. A server set to acknowledge before its disk does is
    /// told not to.
    /// </summary>
    private NpgsqlConnection Open()
    {
        var wait = (int)options.CommitWait.TotalMilliseconds;
        var opened = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(options.Target)
        {
            Pooling = false,
            ApplicationName = "mdm-fleet committer",
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            Timeout = Math.Max(1, wait / 1000),
            CommandTimeout = Math.Max(1, wait / 1000) + 1,
        }.ConnectionString);
        try
        {
            opened.Open();
            using var round = new PostgresRound(opened);
            round.Add($"SET statement_timeout = {wait}").Add($"SET lock_timeout = {wait}").Add("SET plan_cache_mode = force_generic_plan")
                .Add("SET enable_seqscan = off").Add("SET jit = off")
                .Add("SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'").Run();
            return opened;
        }
        catch (Exception)
        {
            opened.Dispose();
            throw;
        }
    }

    private void Drop()
    {
        connection?.Dispose();
        connection = null;
    }
}
