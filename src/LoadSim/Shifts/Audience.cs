using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>Whom the scenario distributes an item to, in its own words.</summary>
/// <param name="Everyone">All devices, whoever holds them.</param>
/// <param name="WardDevices">The device group that all simulated iPads are in.</param>
/// <param name="Roles">User groups; the one of nobody included.</param>
public sealed record Audience(bool Everyone, bool WardDevices, params IReadOnlyList<Role> Roles)
{
    /// <summary>All devices.</summary>
    public static readonly Audience All = new(true, false);

    /// <summary>The device group.</summary>
    public static readonly Audience Ward = new(false, true);

    /// <summary>The user groups of these roles.</summary>
    public static Audience Of(params IReadOnlyList<Role> roles) => new(false, false, roles);

    /// <summary>Whether a simulated iPad has the item while <paramref name="role"/> holds it.</summary>
    public bool Reaches(Role role) => Everyone || WardDevices || Roles.Contains(role);
}
