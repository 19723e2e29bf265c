using System.Globalization;
using System.Net;
using System.Text;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Silo;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Fleet.Tests.Upgrades;

/// <summary>
/// What is stored outside of grains (keys, the owner token, answers to repeat) is read as an earlier version stored it (docs/upgrades.md).
/// Stored/N.txt is an installation of version N under a master key of zeros: its day, its owner token, and records, a line each; it never
/// changes. <c>UPDATE_STORED=1</c> fills an empty one.
/// </summary>
public sealed class StoredRecordsTests : IDisposable
{
    private const string IdempotencyKey = "stored";
    private static readonly string folder = Path.Combine(Repository.Root, "tests", "Fleet.Tests", "Upgrades", "Stored");
    private static readonly object order = new { name = "Stored" };

    private readonly DirectoryInfo _store = Directory.CreateTempSubdirectory("fleet-upgrade-");

    public static TheoryData<string> Versions => [.. Directory.GetFiles(folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_installation_keeps_its_keys_its_token_and_its_answers(string version)
    {
        var file = Path.Combine(folder, version + ".txt");
        if (new FileInfo(file).Length == 0 && Environment.GetEnvironmentVariable("UPDATE_STORED") == "1")
            await FreezeAsync(file);
        var lines = await File.ReadAllLinesAsync(file);
        var (day, token) = (DateTimeOffset.Parse(lines[0], CultureInfo.InvariantCulture), lines[1]);
        var records = lines[2..].Select(line => line.Split(' ')).Select(line => (Key: new RecordKey(line[0], line[1]), Body: Convert.FromBase64String(line[2]))).ToList();
        var options = new StoreOptions(StoreEngine.Sqlite, _store.FullName);
        await using (var store = await RecordStores.OpenAsync(options))
            foreach (var (key, body) in records)
                await store.WriteAsync(new RecordWrite(key, body, 0));

        await using var fleet = await TestFleet.StartAsync(
            fleet => On(fleet, new ShiftedTime { Shift = day - DateTimeOffset.UtcNow }) with { Store = options }, ownKeys: true);
        using var admin = new ApiClient(fleet, token);
        var answer = (await admin.PostAsync("enrolment-tokens", order, ("Idempotency-Key", IdempotencyKey))).Is(HttpStatusCode.Created);
        Assert.Equal("true", Assert.Single(answer.Headers.GetValues("Idempotency-Replayed")));
        Assert.NotEmpty(answer.Text("token"));
        foreach (var (key, body) in records)
            Assert.Equal((key, Encoding.UTF8.GetString(body)), (key, Encoding.UTF8.GetString((await fleet.Store.ReadAsync(key))!.Body.Span)));
    }

    public void Dispose() => _store.Delete(recursive: true);

    private static async Task FreezeAsync(string file)
    {
        await using var fleet = await TestFleet.StartAsync(fleet => On(fleet, TimeProvider.System), ownKeys: true);
        using var admin = new ApiClient(fleet);
        (await admin.PostAsync("enrolment-tokens", order, ("Idempotency-Key", IdempotencyKey))).Is(HttpStatusCode.Created);
        List<RecordKey> keys =
        [
            new("installation", "id"), new("installation", "server-uuid"), new("installation", "owner-token"), new("authority", "devices"), new("authority", "servers"),
            new("authority", "business"), new("authority", "profile-signer"), new("authority", "server"),
        ];
        foreach (var kind in (string[])["apiToken", "idempotency"])
            keys.AddRange((await fleet.Store.QueryAsync(new IndexQuery(kind, Limit: 10))).Rows.Select(row => new RecordKey(kind, row.Key)));
        List<string> lines = [DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T23:59:59Z", fleet.OwnerToken];
        foreach (var key in keys)
            lines.Add($"{key.Kind} {key.Key} {Convert.ToBase64String((await fleet.Store.ReadAsync(key))!.Body.Span)}");
        await File.WriteAllLinesAsync(file, lines);
    }

    private static FleetOptions On(FleetOptions options, TimeProvider time) => options with { MasterKey = new byte[32], Time = time };
}
