using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Frontend;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Enrollment;
using Mdm.Fleet.Grains.Sweeping;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.Silo;
using Mdm.Fleet.Silo.Observability.Health;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;
using Mdm.Fleet.Storage.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Mdm.Fleet.Fleet.Tests.Servers;

/// <summary>
/// The whole server in this process: HTTPS and plain HTTP on free ports of 127.0.0.1, its store in a folder of its own. It can be stopped
/// and started again on the same store and address.
/// </summary>
public sealed class TestFleet : IAsyncDisposable
{
    public const string Topic = "com.apple.mgmt.External.5f0c9d1e-7a3b-4c62-9f41-0b8e2d6a7c15";
    public const string CertificateHeader = "X-Client-Cert";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-test-");
    private readonly Action<IServiceCollection>? _extend;
    private FleetOptions _options;
    private WebApplication? _app;

    private TestFleet(Func<FleetOptions, FleetOptions>? change, Action<IServiceCollection>? extend)
    {
        _extend = extend;
        var (https, http) = (FreePorts.Next(), FreePorts.Next());
        PublicUrl = new Uri($"https://localhost:{https}");
        PlainUrl = new Uri($"http://127.0.0.1:{http}");
        var options = new FleetOptions
        {
            DataDirectory = _folder.FullName,
            Store = new StoreOptions(StoreEngine.Sqlite, _folder.FullName),
            Https = new IPEndPoint(IPAddress.Loopback, https),
            Http = new IPEndPoint(IPAddress.Loopback, http),
            Frontend = new FrontendOptions
            {
                PublicUrl = PublicUrl,
                DevelopmentTopic = Topic,
                ClientCertificateHeader = CertificateHeader,
                TrustedProxies = [IPNetwork.Parse("127.0.0.1/32")],
            },
            Logs = false,
        };
        _options = change?.Invoke(options) ?? options;
    }

    public Uri PublicUrl { get; }

    /// <summary>The same server without TLS, as behind a proxy.</summary>
    public Uri PlainUrl { get; }

    public string Folder => _folder.FullName;

    public string OwnerToken { get; private set; } = "";

    public IServiceProvider Services => _app?.Services ?? throw new InvalidOperationException("The server is stopped.");

    public InstallationKeys Keys => Services.GetRequiredService<InstallationKeys>();

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public IRecordStore Store => Services.GetRequiredService<IRecordStore>();

    /// <summary>What the enrolment profile makes a device trust.</summary>
    public TrustedRoots Roots => new(X509CertificateLoader.LoadCertificate(Keys.Servers.Certificate.RawData));

    /// <summary>Starts a server with keys that all of them share, as making them takes seconds, or with its <paramref name="ownKeys"/>.</summary>
    public static async Task<TestFleet> StartAsync(
        Func<FleetOptions, FleetOptions>? change = null, Action<IServiceCollection>? extend = null, bool ownKeys = false)
    {
        var fleet = new TestFleet(change, extend);
        if (!ownKeys && fleet._options.Store.Engine == StoreEngine.Sqlite)
            await SharedKeys.CopyAsync(fleet.Folder);
        await fleet.StartAgainAsync();
        return fleet;
    }

    /// <summary>A server whose sweepers sleep: it writes only what it is asked to, so that a test can tell that nothing was.</summary>
    public static Task<TestFleet> StartStillAsync() => StartAsync(extend: Still);

    /// <summary>Takes away what asks the store by itself.</summary>
    public static void Still(IServiceCollection services)
    {
        services.Remove(services.Single(service => service.ImplementationType == typeof(SweeperPulse)));
        services.Remove(services.Single(service => service.ImplementationType == typeof(StorePulse)));
    }

    public async Task StartAgainAsync(Func<FleetOptions, FleetOptions>? change = null)
    {
        _options = change?.Invoke(_options) ?? _options;
        _app = await FleetServer.CreateAsync(_options, _extend);
        await _app.StartAsync();
        OwnerToken = await Silo.Start.OwnerToken.EnsureAsync(Store, Services.GetRequiredService<SecretBox>(), Grains, _ => { }) ?? OwnerToken;
    }

    public async Task StopAsync()
    {
        if (_app is not { } app)
            return;
        _app = null;
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>A client that trusts what an enrolled device trusts.</summary>
    public HttpClient Browser() => new(new SocketsHttpHandler { SslOptions = Roots.ForClient() }) { BaseAddress = PublicUrl };

    /// <summary>Where a person downloads an enrolment profile.</summary>
    public async Task<Uri> NewEnrolmentAsync(params string[] deviceGroups)
    {
        var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var key = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token)));
        var spec = new EnrolmentTokenSpec("test", [.. deviceGroups.Select(Domain.Catalog.GroupId.Parse)], null, null);
        await Grains.GetGrain<IEnrolmentToken>(key).Create(spec, "test");
        return new Uri(PublicUrl, "/enroll/" + token);
    }

    public Task<DeviceView> ViewAsync(string udid) => Grains.GetGrain<IDevice>(EnrollmentId.Parse(udid).Value).View();

    /// <summary>A fingerprint of all that is stored.</summary>
    public async Task<string> StoredAsync()
    {
        var copy = Path.Combine(_folder.FullName, "copy-" + Guid.NewGuid().ToString("N"));
        await Store.CopyToAsync(copy);
        try
        {
            var files = Directory.Exists(copy) ? Directory.GetFiles(copy, "*.db") : [copy];
            return Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Assert.Single(files))));
        }
        finally
        {
            if (Directory.Exists(copy))
                Directory.Delete(copy, recursive: true);
            else
                File.Delete(copy);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }
}
