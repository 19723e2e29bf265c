using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>A distribution made ready for one catalog revision.</summary>
internal sealed class CompiledDistribution
{
    private readonly Distribution _distribution;
    private readonly CompiledRule? _filter;
    private readonly int[] _users = [];
    private readonly int[] _devices = [];
    private readonly int[] _exceptUsers = [];
    private readonly int[] _exceptDevices = [];

    public CompiledDistribution(Distribution distribution, AttributeTable attributes, GroupNumbers userGroups, GroupNumbers deviceGroups)
    {
        _distribution = distribution;
        _filter = distribution.Filter is { } filter ? CompiledRule.Of(filter, attributes, userGroups, deviceGroups) : null;
        if (distribution is not Distribution.Custom custom)
            return;
        (_users, _devices) = (userGroups.Of(custom.UserGroups), deviceGroups.Of(custom.DeviceGroups));
        (_exceptUsers, _exceptDevices) = (userGroups.Of(custom.ExceptUserGroups), deviceGroups.Of(custom.ExceptDeviceGroups));
    }

    /// <summary>Why it reaches the device; null = it does not.</summary>
    public string? Why(ref Evaluation at, GroupWords words)
    {
        var why = _distribution switch
        {
            Distribution.All => GroupWords.Everyone,
            Distribution.None => null,
            Distribution.Custom => at.FirstDeviceGroup(_devices) is >= 0 and var device ? words.Device(device)
                : at.FirstUserGroup(_users) is >= 0 and var user ? words.User(user) : null,
            _ => throw new InvalidOperationException("An unknown distribution."),
        };
        return why is null || at.FirstDeviceGroup(_exceptDevices) >= 0 || at.FirstUserGroup(_exceptUsers) >= 0 || _filter?.Holds(ref at) == false ? null : why;
    }
}

/// <summary>An item made ready for one catalog revision.</summary>
internal sealed class CompiledItem
{
    private readonly CompiledDistribution _distribution;
    private readonly ImmutableArray<(CompiledDistribution For, Item Item)> _versions;

    public CompiledItem(Item item, AttributeTable attributes, GroupNumbers userGroups, GroupNumbers deviceGroups)
    {
        Item = item;
        _distribution = new CompiledDistribution(item.Distribution, attributes, userGroups, deviceGroups);
        _versions = [.. item.Versions.Select(version => (
            new CompiledDistribution(version.For, attributes, userGroups, deviceGroups),
            item with { Revision = version.Revision }))];
    }

    public Item Item { get; }

    /// <summary>Why the device is meant to have it; null = it is not.</summary>
    public string? Why(ref Evaluation at, GroupWords words) => Item.Enabled ? _distribution.Why(ref at, words) : null;

    /// <summary>The item with the revision that this device gets; its values are still to be filled in.</summary>
    public Item For(ref Evaluation at, GroupWords words)
    {
        foreach (var (distribution, item) in _versions)
        {
            if (distribution.Why(ref at, words) is not null)
                return item;
        }

        return Item;
    }

    /// <summary>The item as it is for these values: its revision tells them apart. Null = the value of <paramref name="missing"/> is missing.</summary>
    public static Item? Filled(Item item, ref Evaluation at, out AttributeId missing)
    {
        missing = default;
        if (item.Variables.IsEmpty)
            return item;
        var values = ImmutableArray.CreateBuilder<AttributeValue>(item.Variables.Length);
        foreach (var variable in item.Variables)
        {
            if (at.Text(variable) is not { Length: > 0 } text)
            {
                missing = variable;
                return null;
            }

            values.Add(new AttributeValue(variable, text));
        }

        return item with { Revision = EffectiveRevision.Of(item.Revision, values.MoveToImmutable()) };
    }
}

/// <summary>The revision of a content together with the values that fill it in: <c>content-values</c>.</summary>
public static class EffectiveRevision
{
    /// <summary>The revision of the content alone.</summary>
    public static string ContentOf(string revision) => revision.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash ? revision[..dash] : revision;

    /// <summary>What tells the values apart; empty = it is not filled in.</summary>
    public static string ValuesOf(string revision) => revision.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash ? revision[(dash + 1)..] : "";

    /// <summary>Whether it tells values apart.</summary>
    public static bool IsFilled(string revision) => revision.Contains('-', StringComparison.Ordinal);

    public static string Of(string content, ImmutableArray<AttributeValue> values)
    {
        var text = new StringBuilder();
        foreach (var value in values)
            text.Append(value.Id).Append('=').Append(value.Text.Length).Append(':').Append(value.Text);
        return $"{content}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8))}";
    }
}
