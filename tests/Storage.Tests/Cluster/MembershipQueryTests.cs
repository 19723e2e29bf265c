using System.Data;
using static Mdm.Fleet.Storage.Tests.Cluster.NamedQueries;

namespace Mdm.Fleet.Storage.Tests.Cluster;

/// <summary>What Microsoft.Orleans.Clustering.AdoNet asks for and relies on.</summary>
public sealed class MembershipQueryTests(PostgresTestEngine engine) : NamedQueryTest(engine)
{
    private const int Active = 3, Dead = 6;

    private static readonly DateTime noon = Noon.UtcDateTime;

    [Fact]
    public void Every_query_of_clustering_persistence_and_streaming_is_there() => Assert.Equal(
        [
            "CleanupDefunctSiloEntriesKey", "ClearStorageKey", "ConfirmStreamMessagesKey", "DeleteMembershipTableEntriesKey", "DeleteStorageKey",
            "EvictStreamDeadLettersKey", "EvictStreamMessagesKey", "FailStreamMessageKey", "GatewaysQueryKey", "GetStreamMessagesKey",
            "InsertMembershipKey", "InsertMembershipVersionKey", "MembershipReadAllKey", "MembershipReadRowKey", "QueueStreamMessageKey",
            "ReadFromStorageKey", "UpdateIAmAlivetimeKey", "UpdateMembershipKey", "WriteToStorageKey",
        ],
        Queries.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_cluster_gets_one_version_row_however_many_silos_ask()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync()));
        Assert.Single(made, true);
        Assert.Equal("v0", await TableAsync());
        Assert.False(await CreateAsync());
        Assert.True(await CreateAsync("green"));
    }

    [Fact]
    public async Task A_silo_joins_with_the_version_read_and_takes_it_to_the_next()
    {
        await CreateAsync();
        Assert.True(await JoinAsync(1, 0));
        Assert.Equal("v1 silo1:3", await TableAsync());
        Assert.False(await JoinAsync(2, 0));
        Assert.True(await JoinAsync(2, 1));
        Assert.False(await JoinAsync(2, 2));
        Assert.Equal("v2 silo1:3 silo2:3", await TableAsync());
    }

    [Fact]
    public async Task A_silo_comes_back_as_it_was_stored()
    {
        await CreateAsync();
        await JoinAsync(1, 0, started: noon.AddMinutes(-1));
        await ChangeAsync(1, 1, Dead, "S10.0.0.2:11111@5,2026-11-20 12:00:00.000 GMT");
        var row = Assert.Single(await Queries.ReadAsync("MembershipReadRowKey", [Cluster(), .. Silo(1)], row => new object[]
        {
            row.GetValue(row.GetOrdinal("Version")), row.GetValue(row.GetOrdinal("Address")), row.GetInt32(row.GetOrdinal("Port")),
            row.GetInt32(row.GetOrdinal("Generation")), row.GetValue(row.GetOrdinal("SiloName")), row.GetValue(row.GetOrdinal("HostName")),
            row.GetInt32(row.GetOrdinal("Status")), row.GetInt32(row.GetOrdinal("ProxyPort")), row.GetValue(row.GetOrdinal("SuspectTimes")),
            row.GetDateTime(row.GetOrdinal("StartTime")), row.GetDateTime(row.GetOrdinal("IAmAliveTime")),
        }));
        Assert.Equal([2, "10.0.0.1", 11111, 5, "silo1", "host", Dead, 30000, "S10.0.0.2:11111@5,2026-11-20 12:00:00.000 GMT", noon.AddMinutes(-1), noon], row);
    }

    [Fact]
    public async Task A_row_that_is_not_there_still_tells_the_version()
    {
        await CreateAsync();
        await JoinAsync(1, 0);
        var row = Assert.Single(await Queries.ReadAsync("MembershipReadRowKey", [Cluster(), .. Silo(9)], Columns));
        Assert.Equal((1, true), row);
    }

    [Fact]
    public async Task Of_many_writers_of_one_version_one_wins()
    {
        await CreateAsync();
        Assert.Single(await Task.WhenAll(Enumerable.Range(1, 8).Select(n => JoinAsync(n, 0))), true);
        Assert.StartsWith("v1 silo", await TableAsync(), StringComparison.Ordinal);
        await Queries.RunAsync("DeleteMembershipTableEntriesKey", Cluster());
        await CreateAsync();
        await JoinAsync(1, 0);
        Assert.Single(await Task.WhenAll(Enumerable.Range(1, 8).Select(n => ChangeAsync(1, 1, n % 2 == 0 ? Active : Dead, $"by {n}"))), true);
        Assert.StartsWith("v2 silo1:", await TableAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_a_silo_that_is_not_there_leaves_the_version()
    {
        await CreateAsync();
        Assert.False(await ChangeAsync(1, 0, Dead, null));
        Assert.Equal("v0", await TableAsync());
    }

    [Fact]
    public async Task A_sign_of_life_leaves_the_version()
    {
        await CreateAsync();
        await JoinAsync(1, 0);
        await Queries.RunAsync("UpdateIAmAlivetimeKey", [Cluster(), .. Silo(1), Parameter.Of("IAmAliveTime", noon.AddMinutes(3))]);
        Assert.Equal("v1 silo1:3", await TableAsync());
        var alive = await Queries.ReadAsync("MembershipReadAllKey", [Cluster()], row => row.GetDateTime(row.GetOrdinal("IAmAliveTime")));
        Assert.Equal([noon.AddMinutes(3)], alive);
    }

    [Fact]
    public async Task Clients_find_gateways_of_active_silos_alone()
    {
        await CreateAsync();
        await JoinAsync(1, 0);
        await JoinAsync(2, 1);
        await JoinAsync(3, 2, gatewayPort: 0);
        await ChangeAsync(2, 3, Dead, null);
        var gateways = await Queries.ReadAsync("GatewaysQueryKey", [Cluster(), Parameter.Of("Status", Active)], row =>
            $"{row.GetValue(row.GetOrdinal("Address"))}:{row.GetInt32(row.GetOrdinal("ProxyPort"))}@{row.GetInt32(row.GetOrdinal("Generation"))}");
        Assert.Equal(["10.0.0.1:30000@5"], gateways);
    }

    [Fact]
    public async Task Only_silos_that_are_not_active_are_cleaned_up()
    {
        await CreateAsync();
        await JoinAsync(1, 0);
        await JoinAsync(2, 1);
        await ChangeAsync(2, 2, Dead, null);
        await Queries.RunAsync("CleanupDefunctSiloEntriesKey", Cluster(), Parameter.Of("IAmAliveTime", noon));
        Assert.Equal("v3 silo1:3 silo2:6", await TableAsync());
        await Queries.RunAsync("CleanupDefunctSiloEntriesKey", Cluster(), Parameter.Of("IAmAliveTime", noon.AddSeconds(1)));
        Assert.Equal("v3 silo1:3", await TableAsync());
    }

    [Fact]
    public async Task Clusters_do_not_see_one_another()
    {
        await CreateAsync();
        await CreateAsync("green");
        await JoinAsync(1, 0);
        Assert.Equal("v0", await TableAsync("green"));
        await Queries.RunAsync("DeleteMembershipTableEntriesKey", Cluster("green"));
        Assert.Equal("", await TableAsync("green"));
        Assert.Equal("v1 silo1:3", await TableAsync());
    }

    private static Parameter Cluster(string id = "fleet") => Parameter.Of("DeploymentId", id);

    private static Parameter[] Silo(int n) => [Parameter.Of("Address", $"10.0.0.{n}"), Parameter.Of("Port", 11111), Parameter.Of("Generation", 5)];

    private Task<bool> CreateAsync(string cluster = "fleet") => Queries.AskAsync("InsertMembershipVersionKey", Cluster(cluster));

    private Task<bool> JoinAsync(int n, int version, DateTime? started = null, int gatewayPort = 30000) => Queries.AskAsync(
        "InsertMembershipKey",
        [
            Cluster(), Parameter.Of("IAmAliveTime", noon), Parameter.Of("SiloName", $"silo{n}"), Parameter.Of("HostName", "host"), .. Silo(n),
            Parameter.Of("StartTime", started ?? noon), Parameter.Of("Status", Active), Parameter.Of("ProxyPort", gatewayPort), Parameter.Of("Version", version),
        ]);

    private Task<bool> ChangeAsync(int n, int version, int status, string? suspicions) => Queries.AskAsync(
        "UpdateMembershipKey",
        [
            Cluster(), .. Silo(n), Parameter.Of("IAmAliveTime", noon), Parameter.Of("Status", status), Parameter.Of("SuspectTimes", suspicions),
            Parameter.Of("Version", version),
        ]);

    private static (int Version, bool IsAlone) Columns(IDataRecord row) =>
        (Convert.ToInt32(row.GetValue(row.GetOrdinal("Version")), null), row.IsDBNull(row.GetOrdinal("StartTime")));

    /// <summary>"v2 silo1:3 silo2:6": the version, names and statuses.</summary>
    private async Task<string> TableAsync(string cluster = "fleet")
    {
        var rows = await Queries.ReadAsync("MembershipReadAllKey", [Cluster(cluster)], row => (
            Version: $"v{row.GetValue(row.GetOrdinal("Version"))}",
            Silo: Columns(row).IsAlone ? null : $"{row.GetValue(row.GetOrdinal("SiloName"))}:{row.GetInt32(row.GetOrdinal("Status"))}"));
        return string.Join(' ', rows.Select(r => r.Version).Distinct().Concat(rows.Select(r => r.Silo).OfType<string>().Order(StringComparer.Ordinal)));
    }
}
