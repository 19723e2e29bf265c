using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Admin;

/// <summary>A bearer token as stored: its hash is the key, the token itself is nowhere. Id null = of a version that had no list yet.</summary>
public sealed record ApiTokenRecord : IStoredState
{
    /// <summary>The status of tokens that were not revoked; their end, if any, is in the summary.</summary>
    public const string Live = "live";

    public string? Id { get; init; }

    public string Name { get; init; } = "";

    public string Role { get; init; } = "";

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public bool Revoked { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public static string IdTag(string? id) => $"id:{id}";

    /// <summary>The tag of the tokens of a role that never end.</summary>
    public static string EndlessTag(string role) => $"endless:{role}";

    public IndexRow? TakeIndex() => new(
        Revoked ? "revoked" : Live, Name.ToLowerInvariant(), Summary(), ExpiresAt is null ? [IdTag(Id), EndlessTag(Role)] : [IdTag(Id)]);

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => [];

    private ReadOnlyMemory<byte> Summary()
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("name", Name);
            json.WriteString("role", Role);
            if (ExpiresAt is { } expires)
                json.WriteString("expiresAt", expires);
            if (CreatedAt is { } created)
                json.WriteString("createdAt", created);
            json.WriteBoolean("revoked", Revoked);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
