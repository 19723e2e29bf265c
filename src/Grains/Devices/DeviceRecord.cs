using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>A device as stored, and what is committed with it: its index row, the events of the change, its due marks.</summary>
public sealed record DeviceRecord : IStoredState
{
    public Device Device { get; init; } = new();

    /// <summary>The index row is left alone when nothing that it shows has changed.</summary>
    [JsonIgnore]
    public bool ShowsChange { get; init; } = true;

    [JsonIgnore]
    public string Id { get; init; } = "";

    [JsonIgnore]
    public DateTimeOffset ChangedAt { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    [JsonIgnore]
    public ImmutableArray<DueChange> Due { get; init; } = [];

    public static string NobodyTag { get; } = OwnerTag(UserName.Nobody);

    public IndexRow? TakeIndex() => ShowsChange ? DeviceRow.Of(Id, Device, ChangedAt) : null;

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => Due;

    public static string OwnerTag(UserName user) => $"owner:{user}";

    public static string OwnerGroupTag(GroupId group) => $"ogroup:{group}";

    public static string DeviceGroupTag(GroupId group) => $"dgroup:{group}";

    public static string StatusTag(string status) => $"status:{status}";

    public static string HandOverTag(string handOver) => $"handover:{handOver}";

    /// <summary>The tag by which a serial number finds its device, in whatever case; null = it can't be one.</summary>
    public static string? SerialTag(string? serialNumber) =>
        serialNumber?.Trim().ToUpperInvariant() is { Length: > 0 } serial && serial.All(char.IsAscii) && !serial.Any(char.IsControl) ? $"serial:{serial}" : null;

    /// <summary>The tag by which a sign-in address finds its device; the address itself is not in the index.</summary>
    public static string SignInTag(string signInToken) =>
        $"signin:{TokenHash.Of(signInToken)}";
}
