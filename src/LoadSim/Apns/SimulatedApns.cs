using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mdm.Fleet.LoadSim.Apns;

/// <summary>Where the simulated push service listens, and its chance. Port 0 = a free one.</summary>
public sealed record SimulatedApnsOptions(int PushPort = 0, int DevicePort = 0, int Seed = 0)
{
    /// <summary>Where servers push to; another than loopback where they run in networks of their own.</summary>
    public IPAddress PushAddress { get; init; } = IPAddress.Loopback;
}

/// <summary>
/// Apple's push service, simulated: HTTP/2 and TLS with client certificates towards servers, store-and-forward of the last push
/// towards devices, in this process or over plain HTTP (<see cref="DeviceEndpoint"/>). Faults by seed.
/// </summary>
public sealed class SimulatedApns : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ApnsDevices _devices;
    private readonly ApnsCounters _counters;
    private readonly ApnsEndpoint _endpoint;

    private SimulatedApns(WebApplication app, ApnsAuthority authority, ApnsDevices devices, ApnsCounters counters, ApnsEndpoint endpoint)
    {
        _app = app;
        Authority = authority;
        _devices = devices;
        _counters = counters;
        _endpoint = endpoint;
    }

    /// <summary>Issues push certificates and holds the root to trust.</summary>
    public ApnsAuthority Authority { get; }

    /// <summary>Where servers push to: https.</summary>
    public Uri PushUrl => Url(Uri.UriSchemeHttps);

    /// <summary>Where devices of other processes poll: plain http.</summary>
    public Uri DeviceUrl => Url(Uri.UriSchemeHttp);

    /// <summary>What was seen and done so far.</summary>
    public ApnsCounts Counts => _counters.Read();

    /// <summary>What goes wrong from now on.</summary>
    public ApnsFaults Faults
    {
        get => _endpoint.Faults;
        set => _endpoint.Faults = value;
    }

    /// <summary>Looks at each request first, and answers it in the service's place unless it gives null.</summary>
    public Func<ApnsArrival, Task<ApnsReply?>>? Script
    {
        get => _endpoint.Script;
        set => _endpoint.Script = value;
    }

    /// <exception cref="IOException">A port is in use.</exception>
    public static async Task<SimulatedApns> StartAsync(SimulatedApnsOptions options, TimeProvider time, CancellationToken cancellationToken = default)
    {
        var authority = new ApnsAuthority();
        var counters = new ApnsCounters();
        var devices = new ApnsDevices(time, counters);
        var endpoint = new ApnsEndpoint(devices, counters, new ApnsFaultDice(options.Seed), time);
        var app = Build(options, authority);
        var pollers = new DeviceEndpoint(devices, counters);
        app.Run(http => http.Request.IsHttps ? endpoint.HandleAsync(http) : pollers.HandleAsync(http, app.Lifetime.ApplicationStopping));
        await app.StartAsync(cancellationToken);
        return new(app, authority, devices, counters, endpoint);
    }

    /// <summary>A device got this token (hex), for one topic or for any. Before that a push to it is refused.</summary>
    public void Register(string token, string? topic = null) => _devices.Register(token, topic);

    /// <summary>The device was erased or lost its profile: pushes are answered 410 from now on.</summary>
    public void Unregister(string token) => _devices.Unregister(token);

    /// <summary>Connects a device: the stored push or the next within the wait, else null. A newer connection of the same device ends this one.</summary>
    public Task<string?> NextAsync(string token, TimeSpan wait, CancellationToken cancellationToken = default) =>
        _devices.NextAsync(token, wait, cancellationToken);

    /// <summary>Connects a device until the caller leaves, a newer connection replaces this one, or the token is unregistered.</summary>
    public IAsyncEnumerable<string> ReceiveAsync(string token, CancellationToken cancellationToken = default) =>
        _devices.ReceiveAsync(token, cancellationToken);

    /// <summary>Stops listening and breaks open connections after a second.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Authority.Dispose();
    }

    private static WebApplication Build(SimulatedApnsOptions options, ApnsAuthority authority)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            kestrel.Listen(IPAddress.Loopback, options.DevicePort, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(options.PushAddress, options.PushPort, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(Tls(authority, options.PushAddress));
            });
        });
        return builder.Build();
    }

    // Any certificate gets through the handshake, as with Apple: the rules answer for what it is.
    private static HttpsConnectionAdapterOptions Tls(ApnsAuthority authority, IPAddress address) => new()
    {
        ServerCertificate = authority.IssueServerCertificate(address),
        ClientCertificateMode = ClientCertificateMode.RequireCertificate,
        ClientCertificateValidation = (_, _, _) => true,
    };

    private Uri Url(string scheme) => _app.Urls.Select(url => new Uri(url)).First(url => url.Scheme == scheme);
}
