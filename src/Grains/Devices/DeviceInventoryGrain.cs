using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Grains.Records;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>The last answer to each inventory query.</summary>
public sealed record DeviceInventoryRecord
{
    public ImmutableSortedDictionary<string, InventoryAnswer> Answers { get; init; } = ImmutableSortedDictionary<string, InventoryAnswer>.Empty;
}

/// <summary>Json is a JSON object, as text.</summary>
public sealed record InventoryAnswer(DateTimeOffset At, string Json);

public sealed class DeviceInventoryGrain([PersistentState("deviceInventory")] IPersistentState<DeviceInventoryRecord> state) : Grain, IDeviceInventory
{
    public async Task Put(string requestType, ReadOnlyMemory<byte> json, DateTimeOffset at)
    {
        var answer = new InventoryAnswer(at, System.Text.Encoding.UTF8.GetString(json.Span));
        state.State = new DeviceInventoryRecord { Answers = state.State.Answers.SetItem(requestType, answer) };
        await state.WriteOrDrop(DeactivateOnIdle);
    }

    public Task<ReadOnlyMemory<byte>> Read()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (type, answer) in state.State.Answers)
            {
                json.WriteStartObject(type);
                json.WriteString("at", answer.At);
                json.WritePropertyName("answer");
                json.WriteRawValue(answer.Json);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Task.FromResult<ReadOnlyMemory<byte>>(buffer.WrittenMemory);
    }
}
