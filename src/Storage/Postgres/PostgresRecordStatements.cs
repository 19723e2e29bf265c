using Mdm.Fleet.Storage.Commit;
using Npgsql;
using static Mdm.Fleet.Storage.Postgres.PostgresRound;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>
/// The records of a batch in at most three statements; each answers the keys of its winners. None leaves the planner a choice of join order
/// (OFFSET 0 keeps a subquery a look-up): a plan made for an empty table stays good when it is full.
/// </summary>
internal sealed class PostgresRecordStatements
{
    // Absent keys are new or nothing: an update never brings a cleared record back.
    private const string Put = """
        INSERT INTO records AS r (kind, key, etag, body)
        SELECT i.kind, i.key, i.etag + 1, i.body FROM unnest($1, $2, $3, $4) AS i(kind, key, etag, body)
        WHERE i.etag = 0 OR EXISTS (SELECT FROM records x WHERE x.kind = i.kind AND x.key = i.key OFFSET 0)
        ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body, etag = excluded.etag WHERE r.etag = excluded.etag - 1
        RETURNING r.kind, r.key
        """;

    private const string Delete = """
        DELETE FROM records WHERE ctid = ANY (ARRAY(
            SELECT x.ctid FROM unnest($1, $2, $3) AS i(kind, key, etag), LATERAL (
                SELECT r.ctid FROM records r WHERE r.kind = i.kind AND r.key = i.key AND r.etag = i.etag OFFSET 0) x))
        RETURNING kind, key
        """;

    private const string Absent = """
        SELECT i.kind, i.key FROM unnest($1, $2) AS i(kind, key)
        WHERE NOT EXISTS (SELECT FROM records r WHERE r.kind = i.kind AND r.key = i.key OFFSET 0)
        """;

    private const string Etags = """
        SELECT i.kind, i.key, x.etag FROM unnest($1, $2) AS i(kind, key), LATERAL (
            SELECT r.etag FROM records r WHERE r.kind = i.kind AND r.key = i.key OFFSET 0) x
        """;

    private readonly Dictionary<RecordKey, PendingWrite> losers = [];
    private int statements;

    public IReadOnlyDictionary<RecordKey, PendingWrite> Losers => losers;

    public void AddTo(PostgresRound round, List<PendingWrite> writes)
    {
        foreach (var write in writes)
        {
            write.Lose(null);
            losers.Add(write.Write.Key, write);
        }

        foreach (var group in writes.GroupBy(static w => (IsClear: w.Write.Body is null, IsAbsent: w.Write.Body is null && w.Write.ExpectedEtag == 0)))
        {
            statements++;
            RecordWrite[] members = [.. group.Select(static w => w.Write)];
            var kinds = Texts([.. members.Select(static w => w.Key.Kind)]);
            var keys = Texts([.. members.Select(static w => w.Key.Key)]);
            _ = group.Key switch
            {
                (false, _) => round.Add(Put, kinds, keys, ExpectedEtags(members), Blobs([.. members.Select(static w => w.Body!.Value)])),
                (true, false) => round.Add(Delete, kinds, keys, ExpectedEtags(members)),
                (true, true) => round.Add(Absent, kinds, keys),
            };
        }
    }

    /// <summary>Reads the results of the statements; the reader stands on the first of them, then behind the last.</summary>
    public void ReadWinners(NpgsqlDataReader reader)
    {
        for (var i = 0; i < statements; i++, reader.NextResult())
            while (reader.Read())
                if (losers.Remove(new(reader.GetString(0), reader.GetString(1)), out var winner))
                    winner.Win();
    }

    /// <summary>Tells the losers which etags are stored.</summary>
    public void ReadLosers(NpgsqlConnection connection)
    {
        using var round = new PostgresRound(connection);
        round.Add(Etags, Texts([.. losers.Keys.Select(static k => k.Kind)]), Texts([.. losers.Keys.Select(static k => k.Key)]));
        using var reader = round.Read();
        while (reader.Read())
            losers[new(reader.GetString(0), reader.GetString(1))].Lose(reader.GetInt64(2));
    }

    private static NpgsqlParameter ExpectedEtags(RecordWrite[] writes) => Numbers([.. writes.Select(static w => w.ExpectedEtag)]);
}
