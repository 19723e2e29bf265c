using Mdm.Fleet.Silo;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;

namespace Mdm.Fleet.Deploy.Tests.Settings;

/// <summary>The server as it is composed, without listening, on a store of its own.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-deploy-");

    public WebApplication App { get; private set; } = null!;

    public async Task InitializeAsync() => App = await FleetServer.CreateAsync(new FleetOptions
    {
        DataDirectory = _folder.FullName,
        Store = new StoreOptions(StoreEngine.Sqlite, _folder.FullName),
        Logs = false,
    });

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
