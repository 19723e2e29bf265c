using System.Net;
using Mdm.Fleet.Silo;
using Mdm.Fleet.Silo.Observability;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;

namespace Mdm.Fleet.Deploy.Tests.Settings;

/// <summary>The server on a store of its own, listening on free ports of 127.0.0.1.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-deploy-");

    public WebApplication App { get; private set; } = null!;

    /// <summary>The listener behind a port's name in the manifests.</summary>
    public Uri Listener(string port) => new(App.Urls.Single(url => url.StartsWith(port == "https" ? "https:" : "http:", StringComparison.Ordinal)));

    public async Task InitializeAsync()
    {
        App = await FleetServer.CreateAsync(new FleetOptions
        {
            DataDirectory = _folder.FullName,
            Store = new StoreOptions(StoreEngine.Sqlite, _folder.FullName),
            Https = new IPEndPoint(IPAddress.Loopback, 0),
            Observability = new ObservabilityOptions { Metrics = new IPEndPoint(IPAddress.Loopback, 0) },
            Logs = false,
        });
        await App.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
