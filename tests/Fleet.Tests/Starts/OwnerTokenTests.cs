using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Mdm.Fleet.Frontend;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.Silo;
using Mdm.Fleet.Silo.Hosts;
using Mdm.Fleet.Silo.Start;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;
using Mdm.Fleet.Storage.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Mdm.Fleet.Fleet.Tests.Starts;

/// <summary>The first start on a new PostgreSQL store: of two servers at once where they may share one, else of one in which two ask at once.</summary>
public sealed class OwnerTokenTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-start-");
    private readonly byte[] _masterKey = RandomNumberGenerator.GetBytes(SecretBox.KeyBytes);
    private PostgresCluster _cluster = null!;
    private WebApplication[] _servers = [];

    public async Task InitializeAsync()
    {
        _cluster = await PostgresCluster.StartNewAsync();
        var store = StoreOptions.Parse("postgres:" + await _cluster.NewDatabaseAsync());
        _servers = await Task.WhenAll(Enumerable.Range(0, GrainHost.IsCluster ? 2 : 1).Select(server => Task.Run(() => StartAsync(server, store))));
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.StopAsync();
            await server.DisposeAsync();
        }

        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Two_that_race_show_the_same_token_which_works_and_is_shown_no_more()
    {
        // Neither goes on before both show.
        using var showing = new Barrier(2);
        void Show(string token) => Assert.True(showing.SignalAndWait(Patience), "The other one shows nothing.");
        var shown = await Task.WhenAll(Task.Run(() => EnsureAsync(_servers[0], Show)), Task.Run(() => EnsureAsync(_servers[^1], Show)));

        Assert.Equal(shown[0], shown[1]);
        foreach (var server in _servers)
        {
            Assert.Equal(HttpStatusCode.OK, await SessionAsync(server, shown[0]!));
            Assert.Null(await EnsureAsync(server, _ => Assert.Fail("It was shown already.")));
        }
    }

    private static Task<string?> EnsureAsync(WebApplication server, Action<string> show)
    {
        var services = server.Services;
        return OwnerToken.EnsureAsync(
            services.GetRequiredService<IRecordStore>(), services.GetRequiredService<SecretBox>(), services.GetRequiredService<IGrainFactory>(), show);
    }

    private async Task<HttpStatusCode> SessionAsync(WebApplication server, string token)
    {
        // The first one's authority made the certificates of all.
        var roots = new TrustedRoots(_servers[0].Services.GetRequiredService<InstallationKeys>().Servers.Certificate);
        using var admin = new HttpClient(new SocketsHttpHandler { SslOptions = roots.ForClient() }) { BaseAddress = new Uri(server.Urls.Single()) };
        admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var session = await admin.GetAsync(new Uri("/api/v1/session", UriKind.Relative));
        return session.StatusCode;
    }

    private async Task<WebApplication> StartAsync(int number, StoreOptions store)
    {
        var server = await FleetServer.CreateAsync(new FleetOptions
        {
            DataDirectory = Path.Combine(_folder.FullName, $"{number}"),
            MasterKey = _masterKey,
            Store = store,
            Https = new IPEndPoint(IPAddress.Loopback, 0),
            Frontend = new FrontendOptions { PublicUrl = new Uri("https://localhost") },
            Logs = false,
        });
        await server.StartAsync();
        return server;
    }
}
