using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Frontend.Admin.Users;

/// <summary>Which rules hold for a person's password: the one place that says so.</summary>
public static class PersonRules
{
    /// <summary>The rules of the settings that hold for a person by their groups, static or dynamic (UG-07).</summary>
    public static PasswordRules Of(CatalogSnapshot catalog, Owner person) => catalog.Compiled.SettingsOf(person).Values.PasswordRules;
}
