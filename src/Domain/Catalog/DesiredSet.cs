using System.Collections.Immutable;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>An item that a device should have, at the revision that it gets, and the rule that says so.</summary>
public sealed record DesiredItem(Item Item, string Why);

/// <summary>Why an item that is distributed to a device is kept from it.</summary>
public enum Withholding
{
    /// <summary>Another item that excludes it has priority.</summary>
    Outranked,

    /// <summary>A value for its content is missing.</summary>
    MissingValue,

    /// <summary>It is optional and the person has not asked for it.</summary>
    NotAsked,

    /// <summary>The device can't take it (MU-07).</summary>
    NotOffered,
}

/// <summary>An item that is distributed to a device and kept from it. Detail: the winner's id, or the attribute.</summary>
public sealed record WithheldItem(Item Item, string Why, Withholding Reason, string Detail);

/// <summary>What a device should have, and what not though it is distributed to it.</summary>
public sealed record DesiredSet(ImmutableArray<DesiredItem> Items, ImmutableArray<WithheldItem> Withheld)
{
    /// <summary>FNV-1a, 64 bit.</summary>
    private const ulong Basis = 14695981039346656037UL;

    /// <summary>When the owner's session ends by itself (MU-19); null = it does not.</summary>
    public AutomaticSignOut? SignOut { get; init; }

    /// <summary>
    /// A number that differs where what the device should have differs: ids, revisions, what must be there for it to be ready; and
    /// where the session ends otherwise. Stable over processes and versions.
    /// </summary>
    public ulong Signature
    {
        get
        {
            var sum = 1UL;
            foreach (var desired in Items)
                sum += Hash(desired.Item);
            return SignOut is { } signOut ? sum + Finish(Mix(Basis, signOut.Text)) : sum;
        }
    }

    private static ulong Hash(Item item) => Finish(Mix(Mix(Mix(Basis, item.Id.Value), item.Revision), item.Required ? "!" : "?"));

    private static ulong Finish(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        return hash ^ (hash >> 33);
    }

    private static ulong Mix(ulong hash, string text)
    {
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211UL;
        return (hash ^ 0xffff) * 1099511628211UL;
    }
}
