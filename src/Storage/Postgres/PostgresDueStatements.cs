using static Mdm.Fleet.Storage.Postgres.PostgresRound;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>
/// Due marks in runs. Within a run each mark occurs once, so that its clears and its sets are one statement each; a mark that occurs again
/// begins the next run.
/// </summary>
internal static class PostgresDueStatements
{
    private const string Set = """
        INSERT INTO due AS d (kind, key, reason, mark, at, shard) SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        ON CONFLICT (kind, key, reason) DO UPDATE SET mark = greatest(d.mark, excluded.mark), at = least(d.at, excluded.at)
        WHERE excluded.mark > d.mark OR excluded.at < d.at
        """;

    private const string Clear = """
        DELETE FROM due WHERE ctid = ANY (ARRAY(
            SELECT x.ctid FROM unnest($1, $2, $3, $4) AS i(kind, key, reason, mark), LATERAL (
                SELECT d.ctid FROM due d WHERE d.kind = i.kind AND d.key = i.key AND d.reason = i.reason AND d.mark <= i.mark OFFSET 0) x))
        """;

    public static void AddTo(PostgresRound round, IEnumerable<DueChange> changes)
    {
        var run = new List<DueChange>();
        var seen = new HashSet<(RecordKey, string)>();
        foreach (var change in changes)
        {
            if (!seen.Add((change.Key, change.Reason)))
            {
                AddRun(round, run);
                run.Clear();
                seen.Clear();
                seen.Add((change.Key, change.Reason));
            }

            run.Add(change);
        }

        AddRun(round, run);
    }

    private static void AddRun(PostgresRound round, List<DueChange> run)
    {
        // In key order, so that silos that set the same marks wait for one another instead of locking crosswise.
        var sorted = run.OrderBy(static c => c.Key.Kind, StringComparer.Ordinal).ThenBy(static c => c.Key.Key, StringComparer.Ordinal)
            .ThenBy(static c => c.Reason, StringComparer.Ordinal).ToLookup(static c => c.At is null);
        DueChange[] clears = [.. sorted[true]];
        if (clears.Length > 0)
            round.Add(Clear, Kinds(clears), Keys(clears), Reasons(clears), Marks(clears));
        DueChange[] sets = [.. sorted[false]];
        if (sets.Length > 0)
            round.Add(
                Set, Kinds(sets), Keys(sets), Reasons(sets), Marks(sets),
                Numbers([.. sets.Select(static c => c.At!.Value.UtcTicks)]),
                Numbers([.. sets.Select(static c => (long)IRecordStore.DueShard(c.Key.Key))]));
    }

    private static Npgsql.NpgsqlParameter Kinds(DueChange[] changes) => Texts([.. changes.Select(static c => c.Key.Kind)]);

    private static Npgsql.NpgsqlParameter Keys(DueChange[] changes) => Texts([.. changes.Select(static c => c.Key.Key)]);

    private static Npgsql.NpgsqlParameter Reasons(DueChange[] changes) => Texts([.. changes.Select(static c => c.Reason)]);

    private static Npgsql.NpgsqlParameter Marks(DueChange[] changes) => Numbers([.. changes.Select(static c => c.Mark)]);
}
