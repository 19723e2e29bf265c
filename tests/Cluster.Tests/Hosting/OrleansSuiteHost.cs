using System.Collections.Concurrent;
using System.Text.Json;
using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Cluster.Storage;
using Mdm.Fleet.Embedded.Tests.Hosting;
using Mdm.Fleet.Embedded.Tests.HostSuite;
using Mdm.Fleet.Embedded.Tests.HostSuite.Grains;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Streams.Filtering;

namespace Mdm.Fleet.Cluster.Tests.Hosting;

/// <summary>
/// The suite's host is one silo in this process, its timers on a clock that the test moves. Late calls and idle grains are measured by the
/// system's clock: here both are a matter of seconds, and moving the clock does nothing to them.
/// </summary>
internal sealed class OrleansSuiteHost : ISuiteHost
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LookForIdle = TimeSpan.FromSeconds(1);

    private readonly MemoryRecords _records = new();
    private readonly ManualTime _time = new();
    private readonly CutStreams _cut = new();
    private readonly IHost _host;
    private bool _stopped;

    private OrleansSuiteHost(bool movedClock, HintStreams streams = HintStreams.Memory, string? database = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        if (movedClock)
            builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<IRecordStore>(_records).AddSingleton(Journal);
        builder.AddFleetSilo(new ClusterSettings { Streams = streams }, database, silo =>
        {
            silo.Services.AddSerializer(serializer => serializer.AddAssembly(typeof(LedgerGrain).Assembly));
            silo.Services.AddGrainStorage("store", (_, _) => new RecordGrainStorage(_records, JsonSerializerOptions.Web));
            silo.Services.AddKeyedSingleton<IStreamFilter>("membership", _cut);
            silo.Configure<SiloMessagingOptions>(calls => calls.ResponseTimeout = Late);
            if (!movedClock)
                silo.Configure<GrainCollectionOptions>(idle => (idle.CollectionAge, idle.CollectionQuantum) = (Idle, LookForIdle));
        });
        _host = builder.Build();
    }

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public Journal Journal { get; } = new();

    /// <param name="movedClock">False = timers go by the system's clock: streams look for events by them, and they keep grains from being idle.</param>
    public static async Task<ISuiteHost> StartAsync(bool movedClock = true)
    {
        var host = new OrleansSuiteHost(movedClock);
        await host._host.StartAsync();
        return host;
    }

    /// <summary>Its streams are queues in a database that holds our schema.</summary>
    public static async Task<ISuiteHost> StartOnAdoNetStreamsAsync(string database)
    {
        var host = new OrleansSuiteHost(movedClock: false, HintStreams.AdoNet, database);
        await host._host.StartAsync();
        return host;
    }

    public void Advance(TimeSpan time) => _time.Advance(time);

    public async Task OverwriteAsync(string stateName, string key)
    {
        var stored = await _records.ReadAsync(new RecordKey(stateName, key));
        await _records.WriteAsync(new RecordWrite(new RecordKey(stateName, key), stored!.Body, stored.Etag));
    }

    public void FailNextWrite(Exception exception) => _records.FailNextWrite(exception);

    public void DropStream(string key) => _cut.Cut(key);

    public Task StopAsync()
    {
        _stopped = true;
        return _host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // Whatever waits at a gate is left there.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        if (!_stopped)
            await _host.StopAsync(now.Token);
        _host.Dispose();
    }

    /// <summary>Loses the events of some streams.</summary>
    private sealed class CutStreams : IStreamFilter
    {
        private readonly ConcurrentDictionary<string, bool> _keys = new();

        public void Cut(string key) => _keys[key] = true;

        public bool ShouldDeliver(StreamId streamId, object item, string? filterData) => !_keys.ContainsKey(streamId.GetKeyAsString());
    }
}
