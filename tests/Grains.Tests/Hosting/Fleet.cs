using System.Globalization;
using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Embedded.Tests.Hosting;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Sweeping;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;
using Mdm.Fleet.Storage.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Mdm.Fleet.Grains.Tests.Hosting;

/// <summary>All grains on a host and a SQLite store of their own, on a clock that the test moves.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-grains-");
    private readonly SecretBox _box = new(new byte[SecretBox.KeyBytes]);
    private readonly Action<IServiceCollection>? _extend;
    private readonly List<GrainHost> _others = [];
    private GrainHost _host = null!;

    private Fleet(Action<IServiceCollection>? extend) => _extend = extend;

    public ManualTime Time { get; } = new();

    public RecordingSender Pushes { get; } = new();

    public RecordingMailSender Mails { get; } = new();

    public IRecordStore Store { get; private set; } = null!;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public ICatalog Catalog => Grains.GetGrain<ICatalog>(ICatalog.Key);

    public LastSeen LastSeen => _host.Services.GetRequiredService<LastSeen>();

    /// <summary>The stream to devices is cut.</summary>
    public bool StreamCut { get; set; }

    public static async Task<Fleet> StartAsync(Action<IServiceCollection>? extend = null)
    {
        var fleet = new Fleet(extend);
        fleet.Time.Advance(TimeSpan.FromDays(20_000));
        await fleet.OpenAsync();
        return fleet;
    }

    /// <summary>Another host on the same store, as a silo that hears nothing of the first one.</summary>
    public async Task<IGrainFactory> AnotherHostAsync()
    {
        var other = await StartHostAsync(services => services.AddSingleton(Store));
        _others.Add(other);
        return other.Services.GetRequiredService<IGrainFactory>();
    }

    public IDevice Device(string id) => Grains.GetGrain<IDevice>(id);

    /// <summary>The process dies with everything in memory, and another one starts on the same store.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public Task PulseAsync() => ActivatorUtilities.CreateInstance<SweeperPulse>(_host.Services).Pulse(CancellationToken.None);

    /// <summary>Time passes, and the sweepers look at what has come due.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        await PulseAsync();
    }

    /// <summary>Lets timers tick and waiting work go on until something holds.</summary>
    public async Task Until(Func<Task<bool>> holds)
    {
        var tooLate = TimeProvider.System.GetTimestamp() + (TimeProvider.System.TimestampFrequency * 30);
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetTimestamp() < tooLate, "It never came to hold.");
            Time.Advance(TimeSpan.FromMilliseconds(1));
            await Store.MarkAsync([new DueChange(new RecordKey("barrier", "barrier"), "barrier", 0, null)]);
        }
    }

    public Task Until(Func<bool> holds) => Until(() => Task.FromResult(holds()));

    public Task FannedOutAsync() => Until(async () =>
        await Store.ReadAsync(new RecordKey("fanout", (await Catalog.Read()).Revision.ToString(CultureInfo.InvariantCulture))) is null
        && await IsOutboxEmptyAsync());

    /// <summary>Every mark of the store, due or not.</summary>
    public async Task<List<DueMark>> MarksAsync(string kind)
    {
        var marks = new List<DueMark>();
        for (var shard = 0; shard < IRecordStore.DueShards; shard++)
            marks.AddRange(await Store.ReadDueAsync(shard, DateTimeOffset.MaxValue, 1_000));
        return [.. marks.Where(mark => mark.Key.Kind == kind)];
    }

    /// <summary>Who did what to a record, oldest first.</summary>
    public async Task<IEnumerable<AuditEntry>> AuditAsync(RecordKey subject) =>
        (await Store.ReadEventsAsync(0, 1_000, subject))
            .Where(line => line.Line.Type == Lines.AuditType)
            .Select(line => JsonSerializer.Deserialize(line.Line.Data.Span, GrainsJson.Default.AuditEntry)!);

    public Task<long> PublishAsync(string item, Distribution to, string revision = "1") => Catalog.PutItem(
        new Item(ItemId.Parse(item), ItemKind.Configuration, item, revision, new Delivery.Profile("test.item." + item), to));

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<bool> IsOutboxEmptyAsync() => !(await MarksAsync("catalog")).Any(mark => mark.Reason == "outbox");

    private async Task OpenAsync()
    {
        Store = await RecordStores.OpenAsync(new StoreOptions(StoreEngine.Sqlite, _folder.FullName));
        _host = await StartHostAsync(services => services.AddSingleton(_ => Store));
    }

    private Task<GrainHost> StartHostAsync(Action<IServiceCollection> addStore) => GrainHost.StartAsync(
        services =>
        {
            addStore(services);
            services
                .AddLogging()
                .AddSingleton<TimeProvider>(Time)
                .AddSingleton(_ => FleetTelemetry.NewMeter())
                .AddSingleton(_box)
                .AddSingleton<IPushSender>(Pushes)
                .AddSingleton<IMailSender>(Mails)
                .AddFleetGrains(new("test"));
            _extend?.Invoke(services);
        },
        () => StreamCut);

    private async Task CloseAsync()
    {
        foreach (var host in (GrainHost[])[.. _others, _host])
            await host.DisposeAsync();
        _others.Clear();
        await Store.DisposeAsync();
    }
}
