using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Previews;

/// <summary>The settings that hold for a person before a change and after it.</summary>
public sealed record PersonEffect(SettingsEntry Before, SettingsEntry After)
{
    /// <summary>The settings that differ, by their names in the API.</summary>
    public ImmutableArray<string> Changes =>
    [
        .. Name(values => values.AppleEnrollmentType, "appleEnrollmentType"),
        .. Name(values => values.Ownership, "ownership"),
        .. Name(values => values.DeviceLimit, "deviceLimit"),
        .. Name(values => values.Registration, "registration"),
        .. Name(values => values.PasswordRules, "passwordRules"),
        .. Name(values => values.SignOut, "signOut"),
    ];

    private IEnumerable<string> Name<T>(Func<UserSettings, T> setting, string name) => Equals(setting(Before.Values), setting(After.Values)) ? [] : [name];
}

/// <summary>For whom a change of the catalog would make other settings hold (UG-07): people are shown to it one by one, and it counts.</summary>
public sealed class PeoplePreview(CatalogSnapshot before, CatalogSnapshot after)
{
    private readonly CompiledCatalog _before = before.Compiled;
    private readonly CompiledCatalog _after = after.Compiled;

    /// <summary>People that were looked at.</summary>
    public int Looked { get; private set; }

    /// <summary>People for whom other values would hold.</summary>
    public int Changed { get; private set; }

    /// <summary>Whether a change may concern anybody's settings.</summary>
    public static bool IsConcerned(CatalogSnapshot before, CatalogSnapshot after) => SettingsReach.ArePeopleConcerned(before, after);

    /// <summary>Counts a person; null = the same values hold for them.</summary>
    public PersonEffect? Look(Owner person)
    {
        Looked++;
        var effect = new PersonEffect(_before.SettingsOf(person), _after.SettingsOf(person));
        if (effect.Before.Values == effect.After.Values)
            return null;
        Changed++;
        return effect;
    }
}
