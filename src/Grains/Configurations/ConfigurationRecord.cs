using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Configurations;

/// <summary>The draft of an item. Content lives apart, under its hash; what is published is the catalog's to say.</summary>
public sealed record ConfigurationRecord : IStoredState
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public string ContentKind { get; init; } = "";

    public string Revision { get; init; } = "";

    public Distribution Distribution { get; init; } = new Distribution.None();

    public int? Priority { get; init; }

    public ImmutableArray<string> Exclusive { get; init => field = value.IsDefault ? [] : value; } = [];

    public bool IsNetwork { get; init; }

    public ImmutableArray<StoredVersion> Versions { get; init => field = value.IsDefault ? [] : value; } = [];

    public bool Enabled { get; init; }

    public bool Required { get; init; }

    /// <summary>Saved and not published yet.</summary>
    public bool Pending { get; init; }

    /// <summary>The record goes once the catalog has withdrawn the item.</summary>
    public bool Deleted { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    [JsonIgnore]
    public DateTimeOffset ChangedAt { get; init; }

    [JsonIgnore]
    public bool Exists => Id.Length > 0 && !Deleted;

    public IndexRow? TakeIndex() => Exists
        ? new IndexRow(Enabled ? "enabled" : "disabled", $"{Id} {Name} {ContentKind}".ToLowerInvariant(), Summary(), [ContentKind is "app" or "policy" ? $"is:{ContentKind}" : "is:configuration"])
        : new IndexRow("deleted", "", "{}"u8.ToArray(), []);

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() =>
        [new DueChange(new RecordKey("configuration", Id), "publish", ChangedAt.ToUnixTimeMilliseconds(), Pending ? ChangedAt + TimeSpan.FromSeconds(5) : null)];

    private ReadOnlyMemory<byte> Summary()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("name", Name);
            json.WriteString("kind", ContentKind);
            json.WriteString("revision", Revision);
            json.WriteBoolean("enabled", Enabled);
            json.WriteBoolean("builtIn", Id == IConfiguration.MultiUserSignIn);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}

/// <summary>A version of an app as stored: its content lives under the revision.</summary>
public sealed record StoredVersion(string Version, string ManifestUrl, string Revision, Distribution For);

/// <summary>A content-addressed payload as stored.</summary>
public sealed record PayloadRecord
{
    public Payload? Payload { get; init; }
}
