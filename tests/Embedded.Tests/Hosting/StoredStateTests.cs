using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Tests.Hosting;

/// <summary>What goes with a state into its write.</summary>
public sealed partial class StoredStateTests : IAsyncDisposable
{
    private readonly MemoryRecords _records = new();
    private readonly ServiceProvider _services;

    public StoredStateTests() => _services = new ServiceCollection()
        .AddSingleton<IRecordStore>(_records)
        .AddEmbeddedGrains(o =>
        {
            o.AddGrain<TabletGrain>();
            o.Json = TabletJson.Default.Options;
        })
        .BuildServiceProvider();

    private ITabletGrain Tablet => _services.GetRequiredService<IGrainFactory>().GetGrain<ITabletGrain>("ipad-0001");

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task The_body_is_the_source_generated_json_under_the_states_name_and_the_grains_key()
    {
        await Tablet.RenameAsync("front desk", "ready");
        var write = Assert.Single(_records.Writes);
        Assert.Equal(new RecordKey("tablet", "ipad-0001"), write.Key);
        Assert.Equal("""{"name":"front desk","status":"ready"}""", Encoding.UTF8.GetString(write.Body!.Value.Span));
        Assert.Equal(0, write.ExpectedEtag);
    }

    [Fact]
    public async Task Index_row_events_and_due_marks_go_with_the_write()
    {
        await Tablet.RenameAsync("front desk", "ready");
        var write = Assert.Single(_records.Writes);
        Assert.Equal("ready", write.Index!.Status);
        Assert.Equal(["renamed"], write.Events.Select(e => e.Type));
        Assert.Equal(["push"], write.Due.Select(d => d.Reason));
    }

    [Fact]
    public async Task An_index_row_equal_to_the_last_one_is_left_out()
    {
        await Tablet.RenameAsync("front desk", "ready");
        await Tablet.RenameAsync("back desk", "ready");
        await Tablet.RenameAsync("back desk", "lost");
        Assert.Equal(["ready", null, "lost"], _records.Writes.Select(w => w.Index?.Status));
    }

    [Fact]
    public async Task An_index_row_that_differs_in_its_facts_alone_is_written()
    {
        await Tablet.LearnAsync("one");
        await Tablet.LearnAsync("one");
        await Tablet.LearnAsync("two");
        Assert.Equal(["one", null, "two"], _records.Writes.Select(w => w.Index is { } row ? Encoding.UTF8.GetString(row.Facts.Span) : null));
    }

    [Fact]
    public async Task A_failed_write_does_not_count_as_the_last_one()
    {
        await Tablet.RenameAsync("front desk", "ready");
        _records.FailNextWrite(new StoreUnavailableException("away"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Tablet.RenameAsync("front desk", "lost"));
        await Tablet.RenameAsync("front desk", "lost");
        Assert.Equal(["ready", "lost"], _records.Writes.Select(w => w.Index?.Status));
    }

    [Fact]
    public async Task A_cleared_record_takes_its_last_events_along()
    {
        await Tablet.RenameAsync("front desk", "ready");
        await Tablet.RetireAsync();
        var write = _records.Writes.Last();
        Assert.Null(write.Body);
        Assert.Equal(1, write.ExpectedEtag);
        Assert.Equal(["retired"], write.Events.Select(e => e.Type));
    }

    public interface ITabletGrain : IGrainWithStringKey
    {
        Task RenameAsync(string name, string status);

        Task LearnAsync(string fact);

        Task RetireAsync();
    }

    public sealed class TabletGrain([PersistentState("tablet", "store")] IPersistentState<TabletState> tablet) : Grain, ITabletGrain
    {
        public Task RenameAsync(string name, string status)
        {
            tablet.State = new TabletState { Name = name, Status = status, Told = "renamed" };
            return tablet.WriteStateAsync();
        }

        public Task LearnAsync(string fact)
        {
            tablet.State = tablet.State with { Fact = fact };
            return tablet.WriteStateAsync();
        }

        public Task RetireAsync()
        {
            tablet.State = tablet.State with { Told = "retired" };
            return tablet.ClearStateAsync();
        }
    }

    public sealed record TabletState : IStoredState
    {
        public string Name { get; init; } = "";

        public string Status { get; init; } = "";

        [JsonIgnore]
        public string Told { get; init; } = "";

        [JsonIgnore]
        public string Fact { get; init; } = "";

        private static RecordKey Key => new("tablet", "ipad-0001");

        public IndexRow? TakeIndex() => new(Status, Status, "{}"u8.ToArray(), ["place:ward"], Encoding.UTF8.GetBytes(Fact));

        public ImmutableArray<EventLine> TakeEvents() => [new EventLine(Told, DateTimeOffset.UnixEpoch, "{}"u8.ToArray(), Key)];

        public ImmutableArray<DueChange> TakeDue() => [new DueChange(Key, "push", 1, DateTimeOffset.UnixEpoch)];
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(TabletState))]
    internal sealed partial class TabletJson : JsonSerializerContext;
}
