namespace Mdm.Fleet.Storage.Postgres.Cluster;

/// <summary>
/// Membership for Microsoft.Orleans.Clustering.AdoNet. A cluster's version row is the lock and the etag of its silos: who joins or changes takes the
/// version from the one read to the next in the same statement, so that of two writers one wins and readers see both or neither.
/// </summary>
internal static class MembershipSql
{
    public const string Tables = """
        CREATE TABLE cluster_versions (cluster_id text COLLATE "C" PRIMARY KEY, version int NOT NULL);
        CREATE TABLE cluster_silos (
            cluster_id text COLLATE "C" NOT NULL, address text COLLATE "C" NOT NULL, port int NOT NULL, generation int NOT NULL,
            name text NOT NULL, host text NOT NULL, status int NOT NULL, gateway_port int NOT NULL, suspicions text,
            started timestamptz NOT NULL, alive timestamptz NOT NULL, PRIMARY KEY (cluster_id, address, port, generation));

        """;

    private const string ThisSilo = "s.cluster_id = @DeploymentId AND s.address = @Address AND s.port = @Port AND s.generation = @Generation";

    /// <summary>The version row comes back also where no silo does.</summary>
    private const string Read = """
        SELECT v.version AS "Version", s.address AS "Address", s.port AS "Port", s.generation AS "Generation", s.name AS "SiloName", s.host AS "HostName",
            s.status AS "Status", s.gateway_port AS "ProxyPort", s.suspicions AS "SuspectTimes", s.started AS "StartTime", s.alive AS "IAmAliveTime"
        FROM cluster_versions v LEFT JOIN cluster_silos s ON s.cluster_id = v.cluster_id
        """;

    private const string NextVersion = "UPDATE cluster_versions v SET version = v.version + 1 WHERE v.cluster_id = @DeploymentId AND v.version = @Version";

    public static readonly NamedQuery[] Queries =
    [
        new("GatewaysQueryKey", """
            SELECT address AS "Address", gateway_port AS "ProxyPort", generation AS "Generation"
            FROM cluster_silos WHERE cluster_id = @DeploymentId AND status = @Status AND gateway_port > 0
            """),
        new("MembershipReadAllKey", $"{Read} WHERE v.cluster_id = @DeploymentId"),
        new("MembershipReadRowKey", $"{Read} AND {ThisSilo} WHERE v.cluster_id = @DeploymentId"),
        new("InsertMembershipVersionKey", """
            WITH made AS (INSERT INTO cluster_versions (cluster_id, version) VALUES (@DeploymentId, 0) ON CONFLICT DO NOTHING RETURNING 1)
            SELECT EXISTS (SELECT FROM made) AS "Made"
            """),
        new("InsertMembershipKey", $"""
            WITH admitted AS ({NextVersion} AND NOT EXISTS (SELECT FROM cluster_silos s WHERE {ThisSilo}) RETURNING v.cluster_id),
            joined AS (
                INSERT INTO cluster_silos (cluster_id, address, port, generation, name, host, status, gateway_port, started, alive)
                SELECT a.cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
                FROM admitted a RETURNING 1)
            SELECT EXISTS (SELECT FROM joined) AS "Stored"
            """),
        new("UpdateMembershipKey", $"""
            WITH admitted AS ({NextVersion} AND EXISTS (SELECT FROM cluster_silos s WHERE {ThisSilo}) RETURNING v.cluster_id),
            changed AS (
                UPDATE cluster_silos s SET status = @Status, suspicions = @SuspectTimes, alive = @IAmAliveTime
                FROM admitted a WHERE s.cluster_id = a.cluster_id AND {ThisSilo} RETURNING 1)
            SELECT EXISTS (SELECT FROM changed) AS "Stored"
            """),
        new("UpdateIAmAlivetimeKey", $"UPDATE cluster_silos s SET alive = @IAmAliveTime WHERE {ThisSilo}"),
        new("DeleteMembershipTableEntriesKey", """
            WITH silos AS (DELETE FROM cluster_silos WHERE cluster_id = @DeploymentId) DELETE FROM cluster_versions WHERE cluster_id = @DeploymentId
            """),
        // 3 = SiloStatus.Active.
        new("CleanupDefunctSiloEntriesKey", """
            DELETE FROM cluster_silos WHERE cluster_id = @DeploymentId AND alive < @IAmAliveTime AND status <> 3
            """),
    ];
}
