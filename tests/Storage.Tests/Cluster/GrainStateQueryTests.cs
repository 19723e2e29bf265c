using static Mdm.Fleet.Storage.Tests.Cluster.NamedQueries;

namespace Mdm.Fleet.Storage.Tests.Cluster;

/// <summary>What Microsoft.Orleans.Persistence.AdoNet asks for and relies on.</summary>
public sealed class GrainStateQueryTests(PostgresTestEngine engine) : NamedQueryTest(engine)
{
    [Fact]
    public async Task A_state_is_read_as_it_was_written_with_its_version()
    {
        Assert.Equal("none", await StateAsync("a"));
        Assert.Equal(1, await WriteAsync("a", null, "one"));
        Assert.Equal("one@1", await StateAsync("a"));
        Assert.Equal(2, await WriteAsync("a", 1, "two"));
        Assert.Equal("two@2", await StateAsync("a"));
        Assert.Equal("none", await StateAsync("b"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_version_that_does_not_fit_answers_no_row_and_changes_nothing(int? version)
    {
        await WriteAsync("a", null, "one");
        await WriteAsync("a", 1, "two");
        Assert.Null(await WriteAsync("a", version, "lost"));
        Assert.Null(await RemoveAsync("ClearStorageKey", "a", version));
        Assert.Null(await RemoveAsync("DeleteStorageKey", "a", version));
        Assert.Equal("two@2", await StateAsync("a"));
    }

    [Fact]
    public async Task A_version_of_a_state_that_is_not_there_brings_nothing_back()
    {
        Assert.Null(await WriteAsync("a", 4, "ghost"));
        Assert.Equal("none", await StateAsync("a"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task Of_many_writers_of_one_version_one_wins(int? version)
    {
        if (version is not null)
            await WriteAsync("a", null, "first");
        var versions = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => WriteAsync("a", version, $"{n}")));
        Assert.Equal((version ?? 0) + 1, Assert.Single(versions, v => v is not null));
    }

    [Fact]
    public async Task A_cleared_state_keeps_its_version_and_no_payload()
    {
        await WriteAsync("a", null, "one");
        Assert.Equal(2, await RemoveAsync("ClearStorageKey", "a", 1));
        Assert.Equal("null@2", await StateAsync("a"));
        Assert.Equal(3, await WriteAsync("a", 2, "again"));
    }

    [Fact]
    public async Task A_deleted_state_is_gone_and_answers_another_version()
    {
        await WriteAsync("a", null, "one");
        Assert.Equal(2, await RemoveAsync("DeleteStorageKey", "a", 1));
        Assert.Equal("none", await StateAsync("a"));
    }

    [Fact]
    public async Task Keys_of_numbers_and_of_text_types_and_services_are_kept_apart()
    {
        Parameter[][] keys =
        [
            Key(null, 0, 7), Key("7", 0, 7), Key("", 7, 0), Key("7"), Key("7", type: "other"), Key("7", service: "other"),
        ];
        foreach (var (key, n) in keys.Select((key, n) => (key, n)))
            Assert.Equal([1], await Queries.ReadAsync("WriteToStorageKey", [.. key, .. Write(null, $"{n}")], Version));
        foreach (var (key, n) in keys.Select((key, n) => (key, n)))
            Assert.Equal([$"{n}@1"], await Queries.ReadAsync("ReadFromStorageKey", key, State));
    }

    private static Parameter[] Key(string? text, long n0 = 0, long n1 = 0, string type = "device", string service = "mdm-fleet") =>
    [
        Parameter.Of("GrainIdHash", -5), Parameter.Of("GrainIdN0", n0), Parameter.Of("GrainIdN1", n1), Parameter.Of("GrainTypeHash", 6),
        Parameter.Of("GrainTypeString", type), Parameter.Of("GrainIdExtensionString", text), Parameter.Of("ServiceId", service),
    ];

    private static Parameter[] Write(int? version, string payload) =>
        [Parameter.Of("GrainStateVersion", version), Parameter.Of("PayloadBinary", Json(payload).ToArray())];

    private static int? Version(System.Data.IDataRecord row) => Convert.ToInt32(row.GetValue(row.GetOrdinal("NewGrainStateVersion")), null);

    private static string State(System.Data.IDataRecord row)
    {
        var payload = row.GetOrdinal("PayloadBinary");
        return $"{(row.IsDBNull(payload) ? "null" : System.Text.Encoding.UTF8.GetString((byte[])row.GetValue(payload)))}@{row.GetValue(row.GetOrdinal("Version"))}";
    }

    private async Task<string> StateAsync(string key) => (await Queries.ReadAsync("ReadFromStorageKey", Key(key), State)).SingleOrDefault() ?? "none";

    private async Task<int?> WriteAsync(string key, int? version, string payload) =>
        (await Queries.ReadAsync("WriteToStorageKey", [.. Key(key), .. Write(version, payload)], Version)).SingleOrDefault();

    private async Task<int?> RemoveAsync(string query, string key, int? version) =>
        (await Queries.ReadAsync(query, [.. Key(key), Parameter.Of("GrainStateVersion", version)], row => (int?)Convert.ToInt32(row.GetValue(0), null))).SingleOrDefault();
}
