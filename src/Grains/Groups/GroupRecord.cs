using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Groups;

/// <summary>A group as stored. A deleted one keeps its id: a member's old fact must not bring it back.</summary>
public sealed record GroupRecord : IStoredState
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Null = static.</summary>
    public Rule? Rule { get; init; }

    /// <summary>Gives its members the device-management role (UG-11); of user groups alone.</summary>
    public bool DeviceManagement { get; init; }

    public bool Deleted { get; init; }

    /// <summary>Saved and not published yet.</summary>
    public bool Pending { get; init; }

    /// <summary>Where the record goes back to if the catalog refuses what is pending; null = it did not exist.</summary>
    public GroupBefore? Before { get; init; }

    /// <summary>Its own key: groups of users and of devices are records of two kinds.</summary>
    [JsonIgnore]
    public RecordKey Key { get; init; }

    [JsonIgnore]
    public DateTimeOffset ChangedAt { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex()
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("name", Name);
            json.WriteBoolean("dynamic", Rule is not null);
            if (DeviceManagement)
                json.WriteBoolean("deviceManagement", true);
            json.WriteEndObject();
        }

        return new IndexRow(Deleted && !Pending ? "deleted" : "live", $"{Id} {Name}".ToLowerInvariant(), buffer.WrittenMemory, []);
    }

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() =>
        [new DueChange(Key, "publish", ChangedAt.ToUnixTimeMilliseconds(), Pending ? ChangedAt + TimeSpan.FromSeconds(5) : null)];
}

/// <summary>A group as it was before a change that the catalog has not taken yet.</summary>
public sealed record GroupBefore(string Name, Rule? Rule, bool DeviceManagement);
