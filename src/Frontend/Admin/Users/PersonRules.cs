using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Frontend.Admin.Users;

/// <summary>Which rules hold for a person's password: the one place that says so.</summary>
public static class PersonRules
{
    /// <summary>The rules for a person who is in these groups by hand.</summary>
    public static PasswordRules Of(CatalogSnapshot catalog, ImmutableArray<GroupId> groups) => PasswordRules.Default;
}
