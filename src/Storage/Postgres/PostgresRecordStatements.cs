using Mdm.Fleet.Storage.Commit;
using Npgsql;
using static Mdm.Fleet.Storage.Postgres.PostgresRound;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>The records of a batch in at most four statements; each answers the keys of its winners.</summary>
internal sealed class PostgresRecordStatements
{
    private const string Update = """
        UPDATE records r SET body = i.body, etag = r.etag + 1
        FROM unnest($1, $2, $3, $4) AS i(kind, key, etag, body)
        WHERE r.kind = i.kind AND r.key = i.key AND r.etag = i.etag
        RETURNING r.kind, r.key
        """;

    private const string Insert = """
        INSERT INTO records (kind, key, etag, body) SELECT i.kind, i.key, 1, i.body FROM unnest($1, $2, $3) AS i(kind, key, body)
        ON CONFLICT DO NOTHING RETURNING kind, key
        """;

    private const string Delete = """
        DELETE FROM records r USING unnest($1, $2, $3) AS i(kind, key, etag)
        WHERE r.kind = i.kind AND r.key = i.key AND r.etag = i.etag
        RETURNING r.kind, r.key
        """;

    private const string Absent = """
        SELECT i.kind, i.key FROM unnest($1, $2) AS i(kind, key)
        WHERE NOT EXISTS (SELECT FROM records r WHERE r.kind = i.kind AND r.key = i.key)
        """;

    private const string Etags = """
        SELECT r.kind, r.key, r.etag FROM unnest($1, $2) AS i(kind, key) JOIN records r ON r.kind = i.kind AND r.key = i.key
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

        foreach (var group in writes.GroupBy(static w => (IsClear: w.Write.Body is null, IsNew: w.Write.ExpectedEtag == 0)))
        {
            statements++;
            RecordWrite[] members = [.. group.Select(static w => w.Write)];
            var kinds = Texts([.. members.Select(static w => w.Key.Kind)]);
            var keys = Texts([.. members.Select(static w => w.Key.Key)]);
            _ = group.Key switch
            {
                (false, false) => round.Add(Update, kinds, keys, ExpectedEtags(members), Bodies(members)),
                (false, true) => round.Add(Insert, kinds, keys, Bodies(members)),
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

    private static NpgsqlParameter Bodies(RecordWrite[] writes) => Blobs([.. writes.Select(static w => w.Body!.Value)]);
}
