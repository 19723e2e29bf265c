using System.Collections.Concurrent;
using Mdm.Fleet.Embedded.Tests.HostSuite;
using Mdm.Fleet.Embedded.Tests.HostSuite.Grains;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Mdm.Fleet.Embedded.Tests.Hosting;

/// <summary>The suite's host in this process, on a clock that the test moves.</summary>
internal sealed class EmbeddedSuiteHost : ISuiteHost
{
    private readonly ConcurrentDictionary<string, bool> _dropped = new();
    private readonly ManualTime _time = new();
    private readonly ServiceProvider _services;

    public EmbeddedSuiteHost(Action<EmbeddedHostOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton<IRecordStore>(Records);
        services.AddSingleton(Journal);
        services.AddEmbeddedGrains(o =>
        {
            o.AddGrain<LedgerGrain>().AddGrain<RelayGrain>().AddGrain<FragileGrain>().AddGrain<AccountGrain>().AddGrain<TellerGrain>();
            o.AddGrain<GuardGrain>().AddGrain<ClockGrain>().AddGrain<MemberGrain>().AddGrain<PublisherGrain>().AddGrain<WorkerGrain>().AddGrain<SpeakerGrain>();
            o.AddStream("membership");
            o.StreamRetryPause = TimeSpan.Zero;
            o.DropStreamEvents = stream => _dropped.ContainsKey(stream.GetKeyAsString());
            configure?.Invoke(o);
        });
        _services = services.BuildServiceProvider();
        Grains = _services.GetRequiredService<IGrainFactory>();
    }

    public IGrainFactory Grains { get; }

    public Journal Journal { get; } = new();

    public MemoryRecords Records { get; } = new();

    public EmbeddedHost Host => _services.GetRequiredService<EmbeddedHost>();

    public static async Task<ISuiteHost> StartAsync()
    {
        var host = new EmbeddedSuiteHost();
        foreach (var service in host._services.GetServices<IHostedService>())
            await service.StartAsync(CancellationToken.None);
        return host;
    }

    public void Advance(TimeSpan time) => _time.Advance(time);

    public async Task OverwriteAsync(string stateName, string key)
    {
        var stored = await Records.ReadAsync(new RecordKey(stateName, key));
        await Records.WriteAsync(new RecordWrite(new RecordKey(stateName, key), stored!.Body, stored.Etag));
    }

    public void FailNextWrite(Exception exception) => Records.FailNextWrite(exception);

    public void DropStream(string key) => _dropped[key] = true;

    public async Task StopAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StopAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
