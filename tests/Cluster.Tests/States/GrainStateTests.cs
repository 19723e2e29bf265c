using Mdm.Fleet.Cluster.Storage;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Mdm.Fleet.Cluster.Tests.States;

/// <summary>What grains rely on, whoever keeps their states. (Both suites run on a real PostgreSQL.)</summary>
public abstract class GrainStateTests(StatesFixture fixture)
{
    private const string Name = "device";
    private static readonly DateTimeOffset noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static int keys;

    private readonly string _key = $"device-{Interlocked.Increment(ref keys)}-{Guid.NewGuid():n}";

    [Fact]
    [Trait("Requirement", "DC-04")]
    public async Task A_state_is_read_as_it_was_written()
    {
        Assert.Equal("none", Told(await ReadAsync(_key)));
        var state = await WrittenAsync(_key, "one");
        Assert.Equal("one", Told(state));
        var read = await ReadAsync(_key);
        Assert.Equal(("one", state.ETag), (Told(read), read.ETag));
        await WriteAsync(_key, read, "two");
        Assert.Equal("two", Told(await ReadAsync(_key)));
    }

    [Fact]
    [Trait("Requirement", "DC-04")]
    public async Task A_write_with_an_etag_that_is_not_the_stored_one_is_a_conflict_and_changes_nothing()
    {
        await WrittenAsync(_key, "one");
        var (winner, loser) = (await ReadAsync(_key), await ReadAsync(_key));
        await WriteAsync(_key, winner, "won");
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(_key, loser, "lost"));
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(_key, new GrainState<DeviceRecord>(), "lost too"));
        await Assert.ThrowsAsync<InconsistentStateException>(() => ClearAsync(_key, loser));
        Assert.Equal("won", Told(await ReadAsync(_key)));
    }

    [Fact]
    [Trait("Requirement", "DC-04")]
    public async Task Of_many_activations_that_write_at_once_one_wins()
    {
        var failures = await Task.WhenAll(Enumerable.Range(0, 16).Select(n =>
            Record.ExceptionAsync(() => WriteAsync(_key, new GrainState<DeviceRecord>(), $"{n}"))));
        Assert.Single(failures, failure => failure is null);
        Assert.All(failures.OfType<Exception>(), failure => Assert.IsType<InconsistentStateException>(failure));
    }

    [Fact]
    [Trait("Requirement", "DC-04")]
    public async Task A_cleared_state_is_none_and_can_be_written_again()
    {
        var state = await WrittenAsync(_key, "one");
        await ClearAsync(_key, state);
        Assert.Equal(("none", "none"), (Told(state), Told(await ReadAsync(_key))));
        Assert.Empty(await fixture.Store.ReadIndexAsync(Name, [_key]));
        await WriteAsync(_key, state, "again");
        Assert.Equal("again", Told(await ReadAsync(_key)));
    }

    [Fact]
    [Trait("Requirement", "DC-04")]
    public async Task Keys_that_read_as_numbers_stay_different()
    {
        string[] alike = ["7", "07", "beef", "BEEF", "7+a", "07+a", "00000000000000000000000000000007", new('a', 32), new('A', 32)];
        foreach (var key in alike)
            await WrittenAsync(key, $"of {key}");
        foreach (var key in alike)
            Assert.Equal($"of {key}", Told(await ReadAsync(key)));
    }

    [Fact]
    [Trait("Requirement", "DC-04")]
    public async Task What_goes_with_a_state_is_in_the_store()
    {
        var state = await ReadAsync(_key);
        state.State = NewDevice("one") with
        {
            Events = [new EventLine("enrolled", noon, "{}"u8.ToArray(), new(Name, _key))],
            Due = [new DueChange(new(Name, _key), "catalog", 5, noon), new DueChange(new(Name, _key), "push", 1, noon)],
        };
        await fixture.States.WriteStateAsync(Name, Id(_key), state);
        Assert.Single(await fixture.Store.ReadIndexAsync(Name, [_key]));
        Assert.Equal("enrolled", Assert.Single(await fixture.Store.ReadEventsAsync(0, 10, new RecordKey(Name, _key))).Line.Type);
        Assert.Equal("catalog push", await DueAsync());

        await MarkAsync(state, new DueChange(new(Name, _key), "catalog", 5, null), new DueChange(new(Name, _key), "catalog", 5, noon.AddSeconds(-1)));
        Assert.Equal("catalog push", await DueAsync());
        await MarkAsync(state, new DueChange(new(Name, _key), "catalog", 5, null));
        Assert.Equal("push", await DueAsync());
    }

    [Fact]
    [Trait("Requirement", "DC-04")]
    public async Task A_state_that_lost_leaves_nothing_beside_it_but_marks()
    {
        await WrittenAsync(_key, "one");
        var loser = new GrainState<DeviceRecord>
        {
            State = NewDevice("lost") with { Events = [new EventLine("enrolled", noon, "{}"u8.ToArray(), new(Name, _key))] },
        };
        await Assert.ThrowsAsync<InconsistentStateException>(() => fixture.States.WriteStateAsync(Name, Id(_key), loser));
        Assert.Empty(await fixture.Store.ReadEventsAsync(0, 10, new RecordKey(Name, _key)));
    }

    [Fact]
    [Trait("Requirement", "DC-04")]
    public async Task What_the_store_refuses_is_told_as_the_store_tells_it()
    {
        var state = await WrittenAsync(_key, "one");
        state.State = NewDevice("two") with { Events = [new EventLine(new string('x', 1000), noon, default, new(Name, _key))] };
        var failure = await Assert.ThrowsAsync<StoreFailureException>(() => fixture.States.WriteStateAsync(Name, Id(_key), state));
        Assert.IsNotType<StoreFailureException>(failure.InnerException);
    }

    private static GrainId Id(string key) => GrainId.Create("device", key);

    private static DeviceRecord NewDevice(string name) => new()
    {
        Device = new Device { Facts = new DeviceFacts(name, "DMPXK0ABCDEF", "iPad13,18", "MPQ03LL/A", "17.6.1", "21G93", false) },
        ChangedAt = noon,
    };

    private static string Told(GrainState<DeviceRecord> state) => state.RecordExists ? state.State!.Device.Facts.Name! : "none";

    private async Task<GrainState<DeviceRecord>> ReadAsync(string key)
    {
        var state = new GrainState<DeviceRecord>();
        await fixture.States.ReadStateAsync(Name, Id(key), state);
        return state;
    }

    private async Task<GrainState<DeviceRecord>> WrittenAsync(string key, string name)
    {
        var state = new GrainState<DeviceRecord>();
        await WriteAsync(key, state, name);
        return state;
    }

    private Task WriteAsync(string key, GrainState<DeviceRecord> state, string name)
    {
        state.State = NewDevice(name) with { Id = key };
        return fixture.States.WriteStateAsync(Name, Id(key), state);
    }

    private Task MarkAsync(GrainState<DeviceRecord> state, params DueChange[] due)
    {
        state.State = NewDevice("marked") with { Due = [.. due] };
        return fixture.States.WriteStateAsync(Name, Id(_key), state);
    }

    private Task ClearAsync(string key, GrainState<DeviceRecord> state) => fixture.States.ClearStateAsync(Name, Id(key), state);

    private async Task<string> DueAsync() => string.Join(
        ' ', (await fixture.Store.ReadDueAsync(IRecordStore.DueShard(_key), noon, 1000)).Where(mark => mark.Key.Key == _key).Select(mark => mark.Reason));
}

/// <summary>As records.</summary>
public sealed class RecordGrainStateTests(RecordStates fixture) : GrainStateTests(fixture), IClassFixture<RecordStates>;

/// <summary>By Orleans' ADO.NET provider.</summary>
public sealed class AdoNetGrainStateTests(AdoNetProvider fixture) : GrainStateTests(fixture), IClassFixture<AdoNetProvider>;
