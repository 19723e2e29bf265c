using System.Collections.Frozen;

namespace Mdm.Fleet.Frontend.Admin.Access;

/// <summary>The one table of which role has which right (DESIGN.md, section 8). A role that is not in it has none.</summary>
public static class Roles
{
    public const string Owner = "owner";
    public const string Admin = "admin";
    public const string Operator = "operator";
    public const string Auditor = "auditor";

    private static readonly FrozenDictionary<string, FrozenSet<Right>> Table = new Dictionary<string, FrozenSet<Right>>
    {
        [Owner] = Enum.GetValues<Right>().ToFrozenSet(),
        [Admin] = [Right.OwnSession, Right.ReadFleet, Right.ReadAudit, Right.EditModel, Right.ActOnDevices, Right.Invite, Right.Unmask],
        [Operator] = [Right.OwnSession, Right.ReadFleet, Right.ActOnDevices, Right.Invite],
        [Auditor] = [Right.OwnSession, Right.ReadFleet, Right.ReadAudit],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The roles that a token may have, the mightiest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Owner, Admin, Operator, Auditor];

    /// <summary>The rights of a role, in the order of <see cref="Right"/>.</summary>
    public static IEnumerable<Right> RightsOf(string role) => Table.TryGetValue(role, out var rights) ? rights.Order() : [];

    public static bool Has(string role, Right right) => Table.TryGetValue(role, out var rights) && rights.Contains(right);
}
