using System.Collections.Immutable;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>The settings of a catalog revision in the order in which they are asked for, their groups by number.</summary>
internal sealed class CompiledSettings
{
    private readonly ImmutableArray<(SettingsEntry Entry, int[] Groups)> _entries;
    private readonly SettingsEntry _default;
    private readonly bool _anySignsOut;

    public CompiledSettings(ImmutableArray<SettingsEntry> settings, GroupNumbers userGroups)
    {
        _default = settings.FirstOrDefault(entry => entry.IsDefault) ?? SettingsEntry.Default;
        _entries =
        [
            .. settings.Where(entry => !entry.IsDefault)
                .OrderBy(entry => entry.Priority)
                .ThenBy(entry => entry.Id, StringComparer.Ordinal)
                .Select(entry => (entry, userGroups.Of(entry.UserGroups))),
        ];
        _anySignsOut = settings.Any(entry => entry.Values.SignOut is not null);
    }

    public SettingsEntry Of(ref Evaluation at)
    {
        foreach (var (entry, groups) in _entries)
        {
            if (at.FirstUserGroup(groups) >= 0)
                return entry;
        }

        return _default;
    }

    /// <summary>Nobody has no session that could end.</summary>
    public AutomaticSignOut? SignOut(ref Evaluation at) => !_anySignsOut || at.Subject.Owner.IsNobody ? null : Of(ref at).Values.SignOut;
}
