using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class StoreCopyTests
{
    [Fact]
    public async Task A_SQLite_store_is_copied_while_it_is_in_use_and_the_copy_opens()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var admin = new ApiClient(fleet);
        await admin.MakeAsync("device-groups", new { name = "Theatre" });

        var copy = (await admin.PostAsync("store/copy")).Is(HttpStatusCode.Created);

        var path = copy.Text("path");
        Assert.Equal(Path.Combine(fleet.Folder, "copies"), Path.GetDirectoryName(path));
        Assert.Equal(new FileInfo(Path.Combine(path, "fleet.db")).Length, copy.Json!["bytes"]!.GetValue<long>());
        await using var store = await RecordStores.OpenAsync(new StoreOptions(StoreEngine.Sqlite, path));
        Assert.NotEmpty((await store.QueryAsync(new IndexQuery("deviceGroup"))).Rows);
    }

    [Fact]
    public async Task Only_the_owner_copies_the_store()
    {
        await using var fleet = await TestFleet.StartAsync();
        var key = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("fleet_admin"u8));
        await fleet.Grains.GetGrain<IApiToken>(key).Create("ann", "admin");
        using var admin = new ApiClient(fleet, "fleet_admin");

        (await admin.PostAsync("store/copy")).Refuses(HttpStatusCode.Forbidden, "not-allowed");
        Assert.False(Directory.Exists(Path.Combine(fleet.Folder, "copies")));
    }

    [Fact]
    public async Task PostgreSQL_is_copied_by_its_own_means()
    {
        await using var cluster = await PostgresCluster.StartNewAsync();
        var store = StoreOptions.Parse("postgres:" + await cluster.NewDatabaseAsync());
        await using var fleet = await TestFleet.StartAsync(options => options with { Store = store });
        using var admin = new ApiClient(fleet);

        (await admin.PostAsync("store/copy")).Refuses(HttpStatusCode.Conflict, "use-pg-dump");
    }
}
