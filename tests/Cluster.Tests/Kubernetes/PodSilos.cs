using System.Collections.Concurrent;
using System.Net;
using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Cluster.Tests.Hosting;
using Mdm.Fleet.Embedded.Tests.Hosting;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Tests.Kubernetes;

/// <summary>Silos in this process, each as if in a pod of the Deployment; the first has the membership table, and watches pods.</summary>
internal sealed class PodSilos : IAsyncDisposable
{
    /// <summary>Long enough that no silo misses another by itself while a test runs.</summary>
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(5);

    private readonly ApiServer _api;
    private readonly IPEndPoint _primary = new(IPAddress.Loopback, FreePorts.Next());
    private readonly Stack<IHost> _silos = new();
    private readonly EventLog _log = new();
    private IHost _first = null!;
    private int _marks;

    private PodSilos(ApiServer api) => _api = api;

    /// <summary>The names of what the silos have logged of pods, in order.</summary>
    public IEnumerable<string> Logged => _log.Names;

    private IClusterMembershipService Membership => _first.Services.GetRequiredService<IClusterMembershipService>();

    public static PodSilos Beside(ApiServer api) => new(api);

    /// <summary>Starts a silo with its pod, and answers once the silo watches.</summary>
    public async Task<SiloAddress> StartAsync(string suffix)
    {
        var silo = await StartAsync(suffix, watches: true);
        await _api.AnsweredAsync("watch 200");
        return silo;
    }

    /// <summary>Starts a silo with its pod.</summary>
    public async Task<SiloAddress> StartAsync(string suffix, bool watches)
    {
        var name = ApiServer.PodName(suffix);
        _api.Add(name);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton<IRecordStore>(new MemoryRecords());
        var pod = new PodSettings { Name = name, Namespace = ApiServer.Namespace, Address = IPAddress.Loopback, Api = _api.Url, AccountFolder = _api.AccountFolder };
        var settings = new ClusterSettings
        {
            SiloPort = _silos.Count == 0 ? _primary.Port : FreePorts.Next(),
            Clustering = watches ? Clustering.Kubernetes : Clustering.AdoNet,
            Pod = watches ? pod : null,
        };
        builder.AddFleetSilo(settings, null, silo =>
        {
            silo.UseDevelopmentClustering(_primary);
            silo.Configure<ClusterMembershipOptions>(membership => membership.ProbeTimeout = Never);
            silo.Services.AddSingleton<IFatalErrorHandler, ToldDead>();
            if (!watches)
                silo.Configure<SiloOptions>(options => options.SiloName = name);
        });
        var host = builder.Build();
        _silos.Push(host);
        await host.StartAsync();
        _first ??= host;
        return await KnownAsync(host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress);
    }

    /// <summary>Puts a silo into the membership table of which there is no more than that.</summary>
    public async Task<SiloAddress> EnterAsync(string name, int? port = null)
    {
        var table = _first.Services.GetRequiredService<IMembershipTable>();
        return await KnownAsync(await table.EnterAsync(port ?? FreePorts.Next(), name, DateTime.UtcNow));
    }

    /// <summary>Waits until the first silo knows that another is dead, and answers all that it knows by then.</summary>
    public Task<ClusterMembershipSnapshot> DeadAsync(SiloAddress silo) => Membership.UntilAsync(members => members.GetSiloStatus(silo) == SiloStatus.Dead);

    /// <summary>Waits until all has come about that pods have shown so far: silos are declared dead in the order in which it was seen.</summary>
    public async Task<ClusterMembershipSnapshot> SettledAsync()
    {
        var name = ApiServer.PodName($"mark{++_marks}");
        _api.Add(name);
        var silo = await EnterAsync(name);
        _api.Delete(name);
        return await DeadAsync(silo);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        while (_silos.TryPop(out var silo))
        {
            await silo.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            silo.Dispose();
        }
    }

    private async Task<SiloAddress> KnownAsync(SiloAddress silo)
    {
        await Membership.Refresh();
        await Membership.UntilAsync(members => members.GetSiloStatus(silo) == SiloStatus.Active);
        return silo;
    }

    /// <summary>A silo that is told that it is dead would end this process.</summary>
    private sealed class ToldDead : IFatalErrorHandler
    {
        public bool IsUnexpected(Exception exception) => false;

        public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
        {
        }
    }

    private sealed class EventLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _names = new();

        public IEnumerable<string> Names => _names;

        public ILogger CreateLogger(string categoryName) => categoryName.EndsWith(".PodWatch", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _names.Enqueue(eventId.Name!);

        public void Dispose()
        {
        }
    }
}
