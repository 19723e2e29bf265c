using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Users;

/// <summary>A person as stored. Devices is a superset of what they hold: registered first, dropped when a device says "not mine".</summary>
public sealed record UserRecord : IStoredState
{
    public string UserName { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public string? Email { get; init; }

    public PasswordHash? Password { get; init; }

    /// <summary>How the person may register; null = by the settings for their groups. Records of earlier versions all say how.</summary>
    public RegistrationSetting? Registration { get; init; }

    /// <summary>What an operator handed out for registering a device; null = nothing, or it has served.</summary>
    public RegistrationPin? Pin { get; init; }

    public bool Enabled { get; init; }

    public ImmutableArray<GroupId> Groups { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The values of the person's custom attributes.</summary>
    public ImmutableArray<AttributeValue> Attributes { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableArray<EnrollmentId> Devices { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Devices that they enrolled by themselves, the latest last: a superset of those that are enrolled still.</summary>
    public ImmutableArray<RegisteredDevice> Registered { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Wrong passwords by device, the latest last; bounded by <see cref="Lockout.DevicesMax"/>.</summary>
    public ImmutableArray<WrongTries> WrongTries { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Who verifies the person; null = a password here.</summary>
    public IdentityProviderId? Provider { get; init; }

    /// <summary>The provider's own id of the person (the claim "sub"), as of their first sign-in; null = none yet.</summary>
    public string? Identity { get; init; }

    /// <summary>The last one; null = never invited.</summary>
    public Invitation? Invitation { get; init; }

    public ManagedAppleId? ManagedAppleId { get; init; }

    /// <summary>Ids that may be theirs in the register and that they do not use: noted before one is claimed, gone once it is used or released.</summary>
    public ImmutableArray<ManagedAppleId> LooseManagedAppleIds { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The person's own device-management role (UG-11).</summary>
    public bool DeviceManagement { get; init; }

    /// <summary>Devices have not all been told of the last change.</summary>
    public bool Untold { get; init; }

    /// <summary>The record goes once every device was told.</summary>
    public bool Deleted { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    /// <summary>The mark that goes with this write, if one changes.</summary>
    [JsonIgnore]
    public ImmutableArray<DueChange> Due { get; init; } = [];

    [JsonIgnore]
    public bool Exists => UserName.Length > 0 && !Deleted;

    /// <summary>What rules see of the person.</summary>
    [JsonIgnore]
    public Owner Facts => new(Domain.Users.UserName.Parse(UserName), DisplayName, Groups, default) { Email = Email, Source = Provider?.Value, Attributes = Attributes };

    /// <summary>Something is left to do after the last change, so a mark is due.</summary>
    [JsonIgnore]
    public bool Owes => Untold || !LooseManagedAppleIds.IsEmpty;

    /// <summary>Uses this id from now on; the one used so far is loose.</summary>
    public UserRecord Using(ManagedAppleId? id)
    {
        var loose = ManagedAppleId is { } current && current != id ? LooseManagedAppleIds.Add(current) : LooseManagedAppleIds;
        return this with { ManagedAppleId = id, LooseManagedAppleIds = id is { } used ? loose.Remove(used) : loose };
    }

    public IndexRow? TakeIndex()
    {
        if (!Exists)
            return new IndexRow("deleted", "", "{}"u8.ToArray(), []);
        var search = string.Join(' ', UserName, DisplayName, Email).ToLowerInvariant();
        ImmutableArray<string> tags = [.. Groups.Select(group => $"group:{group}"), SourceTag(Provider), .. (Invitation?.Links ?? []).Select(InvitationRules.Tag)];
        return new IndexRow(Enabled ? "enabled" : "disabled", search, Summary(), tags, JsonSerializer.SerializeToUtf8Bytes(Facts, Records.GrainsJson.Default.Owner));
    }

    /// <summary>The tag of all people whom one source verifies.</summary>
    public static string SourceTag(IdentityProviderId? provider) => $"source:{provider?.Value ?? IdentityProviderId.Local}";

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => Due;

    private ReadOnlyMemory<byte> Summary()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", UserName);
            json.WriteString("userName", UserName);
            json.WriteString("displayName", DisplayName);
            json.WriteString("email", Email);
            json.WriteBoolean("hasPassword", Password is not null);
            json.WriteString("registration", Registration is { } registration ? JsonNamingPolicy.CamelCase.ConvertName(registration.ToString()) : null);
            json.WriteString("source", Provider?.Value ?? IdentityProviderId.Local);
            json.WriteBoolean("enabled", Enabled);
            json.WriteStartArray("groups");
            foreach (var group in Groups)
                json.WriteStringValue(group.Value);
            json.WriteEndArray();
            json.WriteString("managedAppleId", ManagedAppleId?.Masked);
            json.WriteBoolean("deviceManagement", DeviceManagement);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}

/// <summary>A device that a person enrolled by themselves, and when it began to.</summary>
public sealed record RegisteredDevice(EnrollmentId Device, DateTimeOffset At);

/// <summary>PBKDF2 with HMAC-SHA-256: salt, iterations and the derived key.</summary>
public sealed record PasswordHash(byte[] Salt, int Iterations, byte[] Key);
