using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Devices;

[JsonConverter(typeof(JsonStringEnumConverter<HandOverState>))]
public enum HandOverState
{
    Cleaning,
    Clean,

    /// <summary>Every item that is left was refused to be removed; each is named.</summary>
    Residue,
}

/// <summary>
/// What follows the end of a session: its items leave the device, and the device's own reports show that they are gone (BY-03).
/// <paramref name="Epoch"/> is the session that ended; <paramref name="Left"/> the items that may still be there.
/// </summary>
public sealed record HandOver(
    long Epoch,
    UserName User,
    HandOverState State,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    ImmutableArray<ItemId> Left)
{
    /// <summary>Hand-overs kept on the device; older ones live on in the event log.</summary>
    public const int Kept = 4;

    public bool Equals(HandOver? other) =>
        other is not null && Epoch == other.Epoch && State == other.State && EndedAt == other.EndedAt && Left.SequenceEqual(other.Left);

    public override int GetHashCode() => HashCode.Combine(Epoch, State);
}
