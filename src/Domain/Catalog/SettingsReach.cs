using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>Whether a change of the catalog may change when sessions end by themselves: of all settings, only that is planned on devices.</summary>
internal static class SettingsReach
{
    public static bool IsSignOutConcerned(CatalogSnapshot before, CatalogSnapshot after)
    {
        if (!before.Settings.Concat(after.Settings).Any(entry => entry.Values.SignOut is not null))
            return false;
        return !Rules(before).SequenceEqual(Rules(after)) || AreGroupsTouched(before, after);
    }

    /// <summary>Whether other settings may hold for somebody.</summary>
    public static bool ArePeopleConcerned(CatalogSnapshot before, CatalogSnapshot after) =>
        !before.Settings.SequenceEqual(after.Settings) || AreGroupsTouched(before, after);

    /// <summary>What of the settings decides it, in a fixed order.</summary>
    private static IEnumerable<(string Id, int Priority, string Groups, AutomaticSignOut? SignOut)> Rules(CatalogSnapshot catalog) =>
        catalog.Settings
            .OrderBy(entry => entry.Id, StringComparer.Ordinal)
            .Select(entry => (entry.Id, entry.Priority, string.Join(' ', entry.UserGroups), entry.Values.SignOut));

    /// <summary>A rule of a group that the settings ask for is another one, or counts a day that has passed.</summary>
    private static bool AreGroupsTouched(CatalogSnapshot before, CatalogSnapshot after)
    {
        if (after.Settings.IsEmpty)
            return false;
        var changed = CatalogReach.ChangedGroups(before, after, before.Today != after.Today);
        return !changed.IsEmpty && after.Settings.SelectMany(entry => entry.UserGroups).Any(group => changed.Contains(new GroupRef(false, group)));
    }
}
