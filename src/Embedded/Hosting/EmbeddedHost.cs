using System.Diagnostics.Metrics;
using Mdm.Fleet.Embedded.Activations;
using Mdm.Fleet.Embedded.Hosting;
using Mdm.Fleet.Embedded.Proxies;
using Mdm.Fleet.Embedded.Streams;
using Mdm.Fleet.Storage.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Mdm.Fleet.Embedded;

/// <summary>
/// Runs grains in this process: one activation a key, one turn at a time, idle ones collected. From the container it takes
/// <see cref="TimeProvider"/>, <see cref="ILoggerFactory"/>, the record store where a grain has state, and what grains ask for.
/// </summary>
public sealed class EmbeddedHost : IHostedService, IDisposable
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(250);

    private readonly GrainCatalog _catalog;
    private readonly Dictionary<string, StreamProvider> _streams;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _timer;
    private readonly long _started;
    private long _nowTicks;
    private long _collectAtTicks;
    private volatile bool _isStopping;
    private volatile bool _isClosed;

    /// <exception cref="GrainConfigurationException">A contract has two classes, or can't be served.</exception>
    public EmbeddedHost(IServiceProvider services, EmbeddedHostOptions options)
    {
        (Services, Options, Stopping) = (services, options, _stopping.Token);
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Logger = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<EmbeddedHost>();
        _catalog = new GrainCatalog(this);
        Metrics = new HostMetrics(services.GetService<Meter>() ?? FleetTelemetry.NewMeter(), _catalog.Classes);
        var pump = new StreamPump(this, _catalog.Subscribers);
        _streams = options.Streams.ToDictionary(name => name, name => new StreamProvider(name, pump), StringComparer.Ordinal);
        GrainFactory = new GrainFactory(this);
        _started = Time.GetTimestamp();
        _collectAtTicks = options.IdleCollectionPeriod.Ticks;
        _timer = NewTimer(static host => ((EmbeddedHost)host!).OnTick(), this, TickPeriod);
    }

    public IGrainFactory GrainFactory { get; }

    /// <summary>How many grains are in memory.</summary>
    public int ActivationCount => _catalog.Classes.Sum(c => c.Activations.Count());

    internal IServiceProvider Services { get; }

    internal EmbeddedHostOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal Deadlines Deadlines { get; } = new();

    internal HostMetrics Metrics { get; }

    internal CancellationToken Stopping { get; }

    internal bool IsStopping => _isStopping;

    internal bool IsClosed => _isClosed;

    /// <summary>The time since the start, as of the last tick and one period on: never earlier than the true one.</summary>
    internal TimeSpan Now => new(Volatile.Read(ref _nowTicks) + TickPeriod.Ticks);

    /// <summary>The same in ticks, for the age of activations.</summary>
    internal int Tick => (int)(Volatile.Read(ref _nowTicks) / TickPeriod.Ticks);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Refuses calls from outside, lets turns and what they call end, deactivates every grain, refuses all calls. What is not done when
    /// the token fires is left as it is.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isStopping)
            return;
        _isStopping = true;
        try
        {
            await HostDrain.DrainAsync(_catalog.Classes, cancellationToken);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            Logger.LogWarning(e, "The grain host stopped before all turns had ended.");
        }
        Close();
    }

    /// <summary>Refuses all calls from now on; waits for none: <see cref="StopAsync"/> does.</summary>
    public void Dispose()
    {
        Close();
        _stopping.Dispose();
    }

    internal static SiloUnavailableException Stopped() => new("The grain host is stopping and takes no more calls.");

    /// <summary>Whether a call from this thread comes too late; while turns drain, what they call still runs.</summary>
    internal bool Refuses() => _isStopping && (_isClosed || SynchronizationContext.Current is not Mailbox);

    /// <summary>A timer that keeps nothing of its maker's execution context alive.</summary>
    internal ITimer NewTimer(TimerCallback callback, object state, TimeSpan period)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            return Time.CreateTimer(callback, state, period, period);
    }

    internal GrainReference Reference(Type contract, string key, string? classNamePrefix)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        var destination = _catalog.Destination(contract, classNamePrefix);
        return destination.Contract.Create(destination, key);
    }

    internal IStreamProvider StreamProvider(string name) => _streams.TryGetValue(name, out var provider)
        ? provider
        : throw new ArgumentException($"There is no stream provider named {name}.", nameof(name));

    private void Close()
    {
        if (_isClosed)
            return;
        _isStopping = _isClosed = true;
        _timer.Dispose();
        _stopping.Cancel();
    }

    private void OnTick()
    {
        var now = Time.GetElapsedTime(_started);
        Volatile.Write(ref _nowTicks, now.Ticks);
        Deadlines.Sweep(now);
        if (now.Ticks < _collectAtTicks || _isStopping)
            return;
        _collectAtTicks = now.Ticks + Options.IdleCollectionPeriod.Ticks;
        Collect(now - Options.IdleCollectionAge);
    }

    private void Collect(TimeSpan unusedSince)
    {
        if (unusedSince < TimeSpan.Zero)
            return;
        var tick = (int)(unusedSince.Ticks / TickPeriod.Ticks);
        foreach (var activation in _catalog.Classes.SelectMany(c => c.Activations))
            if (activation.IsIdleSince(tick))
                activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, "Unused for a while."));
    }
}
