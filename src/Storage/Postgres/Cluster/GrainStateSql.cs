namespace Mdm.Fleet.Storage.Postgres.Cluster;

/// <summary>
/// Grain states for Microsoft.Orleans.Persistence.AdoNet. A state's version is its etag. A write or a clear whose version does not fit answers no row:
/// Orleans takes that for a conflict, whichever version was expected. The hashes that Orleans sends are for servers without an index over the whole key.
/// </summary>
internal static class GrainStateSql
{
    public const string Tables = """
        CREATE TABLE grain_states (
            service_id text COLLATE "C" NOT NULL, grain_type text COLLATE "C" NOT NULL, n0 bigint NOT NULL, n1 bigint NOT NULL,
            key text COLLATE "C" NOT NULL, version int NOT NULL, payload bytea, PRIMARY KEY (grain_type, key, n0, n1, service_id))
            WITH (fillfactor = 60, toast_tuple_target = 8160);

        """;

    private const string ThisState =
        "s.service_id = @ServiceId AND s.grain_type = @GrainTypeString AND s.n0 = @GrainIdN0 AND s.n1 = @GrainIdN1 AND s.key = coalesce(@GrainIdExtensionString, '')";

    public static readonly NamedQuery[] Queries =
    [
        new("ReadFromStorageKey", $"""SELECT s.payload AS "PayloadBinary", s.version AS "Version" FROM grain_states s WHERE {ThisState}"""),
        new("WriteToStorageKey", $"""
            INSERT INTO grain_states AS w (service_id, grain_type, n0, n1, key, version, payload)
            SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), coalesce(@GrainStateVersion, 0) + 1, @PayloadBinary
            WHERE @GrainStateVersion IS NULL OR EXISTS (SELECT FROM grain_states s WHERE {ThisState})
            ON CONFLICT (grain_type, key, n0, n1, service_id) DO UPDATE
            SET version = excluded.version, payload = excluded.payload WHERE w.version = @GrainStateVersion
            RETURNING w.version AS "NewGrainStateVersion"
            """),
        new("ClearStorageKey", $"""
            UPDATE grain_states s SET payload = NULL, version = s.version + 1 WHERE {ThisState} AND s.version = @GrainStateVersion
            RETURNING s.version AS "NewGrainStateVersion"
            """),
        new("DeleteStorageKey", $"""
            DELETE FROM grain_states s WHERE {ThisState} AND s.version = @GrainStateVersion RETURNING s.version + 1 AS "NewGrainStateVersion"
            """),
    ];
}
