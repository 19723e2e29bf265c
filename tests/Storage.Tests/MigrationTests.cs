using System.Text;

namespace Mdm.Fleet.Storage.Tests;

/// <summary>Stores that an earlier version of the program wrote.</summary>
public abstract class MigrationTests(ITestEngine engine, string name) : StoreTest(engine)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_store_of_an_earlier_schema_opens_with_all_that_it_held(int version)
    {
        await using var store = await RecordStores.OpenAsync(await NewStoreAsync(version));
        Assert.Equal("body@7", Text(await store.ReadAsync(Device("a"))));
        var row = Assert.Single((await store.QueryAsync(new("device", "held", "group:nurses", "anna"))).Rows).Row;
        Assert.Equal("""{"name":"é"}""", Encoding.UTF8.GetString(row.Summary.Span));
        Assert.Equal(["owner:anna", "group:nurses"], row.Tags.ToArray());
        Assert.Equal("44 61", string.Join(' ', await store.ReadDueShardsAsync(Noon)));
        Assert.Equal((1, 2), (await store.CountDueAsync("device", "catalog", 5, 10), await store.CountDueAsync("device", "catalog", 6, 10)));
        await store.WriteAsync(new(Device("a"), Json("next"), 7, Row("idle"), [Line("woken", Device("a"))]));
        Assert.Equal(("next@8", "woken"), (Text(await store.ReadAsync(Device("a"))), Assert.Single(await store.ReadEventsAsync(0, 10)).Line.Type));
    }

    [Fact]
    public async Task A_scan_finds_the_facts_of_the_second_schema()
    {
        await using var store = await RecordStores.OpenAsync(await NewStoreAsync(2));
        Assert.Equal("a:held:facts b:idle:", await ScannedAsync(store, "device"));
    }

    [Fact]
    public async Task A_scan_lists_rows_of_the_first_schema_without_facts_until_they_are_written_again()
    {
        var options = await NewStoreAsync(1);
        await using (var store = await RecordStores.OpenAsync(options))
        {
            Assert.Equal("a:held: b:idle:", await ScannedAsync(store, "device"));
            Assert.Equal("anna:enabled:", await ScannedAsync(store, "user"));
            Assert.Equal("a:held:", await ScannedAsync(store, "device", "owner:anna"));
            await store.WriteAsync(new(Device("a"), Json("next"), 7, Row("held", "", "owner:anna") with { Facts = Json("facts") }));
        }

        await using var again = await RecordStores.OpenAsync(options);
        Assert.Equal("a:held:facts b:idle:", await ScannedAsync(again, "device"));
    }

    [Fact]
    public async Task A_store_one_schema_newer_than_the_program_is_refused()
    {
        var options = await NewStoreAsync(1);
        await (await RecordStores.OpenAsync(options)).DisposeAsync();
        await Engine.ExecuteAsync(options, "UPDATE schema_version SET version = version + 1");
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => RecordStores.OpenAsync(options));
        Assert.Contains("this program knows versions up to", refused.Message, StringComparison.Ordinal);
    }

    private async Task<StoreOptions> NewStoreAsync(int version)
    {
        var options = await Engine.NewStoreAsync();
        await Engine.ExecuteAsync(options, await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Schemas", $"{name}-{version}.sql")));
        return options;
    }

    private static async Task<string> ScannedAsync(IRecordStore store, string kind, string? tag = null) => string.Join(
        ' ', (await store.ScanAsync(kind, null, 100, tag)).Rows.Select(r => $"{r.Key}:{r.Status}:{Encoding.UTF8.GetString(r.Facts.Span)}"));
}
