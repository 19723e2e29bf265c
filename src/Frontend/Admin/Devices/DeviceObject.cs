using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Policies;

namespace Mdm.Fleet.Frontend.Admin.Devices;

/// <summary>
/// A device with all that its page shows. Serial to updated are those of its row in the list. Groups are those it was put in; effective ones,
/// all that it is in.
/// </summary>
public sealed record DeviceObject(
    string Id,
    string Name,
    string? Serial,
    string? Model,
    string? OsVersion,
    string Kind,
    string Status,
    DeviceOwner Owner,
    string OwnerName,
    long Epoch,
    string HandOver,
    bool Ready,
    DateTimeOffset? LastSeen,
    DateTimeOffset? EnrolledAt,
    bool Supervised,
    string? SignInUrl,
    bool SignInOffered,
    IReadOnlyList<string> Groups,
    IReadOnlyList<DesiredObject> Desired,
    IReadOnlyList<LedgerObject> Ledger,
    IReadOnlyList<QueuedObject> Queue,
    IReadOnlyList<HandOverObject> HandOvers,
    PushObject Push,
    IReadOnlyList<ComplianceObject> Compliance,
    IReadOnlyList<WithheldObject> Withheld,
    string Ownership,
    IReadOnlyDictionary<string, JsonElement> Attributes,
    IReadOnlyList<string> EffectiveGroups);

/// <summary>Who holds a device, and since when.</summary>
public sealed record DeviceOwner(string UserName, string DisplayName, DateTimeOffset? Since, IReadOnlyList<string> Groups);

/// <summary>An item that the device should have, the rule that says so, and where it stands.</summary>
public sealed record DesiredObject(string Item, string Name, string Kind, string Revision, string Why, string State, bool Required);

/// <summary>
/// An item that is distributed to the device and kept from it. Reason: outranked (detail: the item that goes in its place), missingValue (detail: the
/// attribute), notAsked (an optional app), notOffered.
/// </summary>
public sealed record WithheldObject(string Item, string Name, string Kind, string Why, string Reason, string Detail)
{
    public static WithheldObject Of(WithheldItem kept) => new(
        kept.Item.Id.Value, kept.Item.Name, Words.Camel(kept.Item.Kind), kept.Why, Words.Camel(kept.Reason), kept.Detail);
}

/// <summary>An item that was distributed to the device. Outcome of the last try: accepted or refused; detail says why.</summary>
public sealed record LedgerObject(string Item, string Name, string Presence, string? Revision, string? Outcome, string? Detail, DateTimeOffset? RetryAt);

/// <summary>A waiting command. State: queued, handedOut, or notNow when the device put it off.</summary>
public sealed record QueuedObject(string Id, string Command, string Lane, long Epoch, string State, string? Item, DateTimeOffset QueuedAt);

/// <summary>How a session's items leave the device.</summary>
public sealed record HandOverObject(
    long Epoch, string UserName, string State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, IReadOnlyList<string> Left, IReadOnlyList<ResidueObject> Residue);

/// <summary>An item that the device refused to remove.</summary>
public sealed record ResidueObject(string Item, string Reason);

/// <summary>Whether the device can be woken.</summary>
public sealed record PushObject(bool Valid, string? Topic, DateTimeOffset? UpdatedAt, DateTimeOffset? InvalidSince);

/// <summary>One line of the event log.</summary>
public sealed record EventObject(long Cursor, string DeviceId, string Type, DateTimeOffset At, JsonObject Data)
{
    /// <summary>The data as the API names it: a person is a userName, and the type stands beside the data.</summary>
    public static EventObject Of(Storage.StoredEvent stored)
    {
        var data = JsonNode.Parse(stored.Line.Data.Span) as JsonObject ?? [];
        data.Remove("event");
        if (data.Remove("user", out var user))
            data["userName"] = user;
        return new EventObject(stored.Cursor, stored.Line.Subject.Key, stored.Line.Type, stored.Line.At, data);
    }
}

/// <summary>What was queued; coalescedWith is the waiting command whose answer serves both.</summary>
public sealed record CommandReceipt(string CommandId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CoalescedWith = null);

/// <summary>Which refused item to try again; null = all.</summary>
public sealed record RetryBody(string? Item = null);

/// <summary>Whether anything was there to try again.</summary>
public sealed record RetryReceipt(bool Retried);
