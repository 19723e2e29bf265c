using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>An expected device as stored.</summary>
public sealed record ExpectedDeviceRecord : IStoredState
{
    public string SerialNumber { get; init; } = "";

    public ExpectedDevice? Expected { get; init; }

    public DateTimeOffset At { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex() => new("expected", SerialNumber.ToLowerInvariant(), Summary(), []);

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => [];

    private ReadOnlyMemory<byte> Summary()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("serialNumber", SerialNumber);
            json.WriteString("ownership", Expected?.Facts.Ownership is { } ownership ? JsonNamingPolicy.CamelCase.ConvertName(ownership.ToString()) : null);
            json.WriteStartArray("groups");
            foreach (var group in Expected?.Facts.Groups ?? [])
                json.WriteStringValue(group.Value);
            json.WriteEndArray();
            json.WriteNumber("attributes", Expected?.Facts.Attributes.Length ?? 0);
            json.WriteString("by", Expected?.By);
            json.WriteString("at", At);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}

public sealed class ExpectedDeviceGrain(
    [PersistentState("expectedDevice")] IPersistentState<ExpectedDeviceRecord> state,
    TimeProvider time) : Grain, IExpectedDevice
{
    private ExpectedDevice? Expected => state.RecordExists ? state.State.Expected : null;

    private RecordKey Key => new("expectedDevice", this.GetPrimaryKeyString());

    public Task<ExpectedDevice?> Read()
    {
        LeaveIfNone();
        return Task.FromResult(Expected);
    }

    public async Task<ExpectResult> Expect(GivenFacts facts, string by)
    {
        var next = Expected is { } earlier ? facts.After(earlier.Facts) : facts;
        if (Expected is { } known && next.SaysTheSameAs(known.Facts))
            return ExpectResult.Unchanged;
        var result = Expected is null ? ExpectResult.Created : ExpectResult.Updated;
        var now = time.GetUtcNow();
        state.State = new ExpectedDeviceRecord
        {
            SerialNumber = this.GetPrimaryKeyString(),
            Expected = new ExpectedDevice(Guid.NewGuid().ToString("N"), next, by),
            At = now,
            Events = [Lines.Audit(Key, now, by, "Expect device")],
        };
        await state.WriteOrDrop(DeactivateOnIdle);
        DeactivateOnIdle(); // the device may be months away, and a file expects many
        return result;
    }

    public async Task<bool> Remove(string by)
    {
        LeaveIfNone();
        if (Expected is null)
            return false;
        await Clear(by, "Expect device no more");
        return true;
    }

    public async Task Taken(string id, EnrollmentId device)
    {
        LeaveIfNone();
        if (Expected?.Id == id)
            await Clear(Expected.By, $"Expected device enrolled as {device}");
    }

    private Task Clear(string by, string act)
    {
        state.State = state.State with { Events = [Lines.Audit(Key, time.GetUtcNow(), by, act)] };
        DeactivateOnIdle();
        return state.ClearOrDrop(DeactivateOnIdle);
    }

    /// <summary>What is asked for and not expected must not fill the memory.</summary>
    private void LeaveIfNone()
    {
        if (Expected is null)
            DeactivateOnIdle();
    }
}
