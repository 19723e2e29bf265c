using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>
/// A user group or a device group as the catalog knows it. Static (rule null): membership is a fact of the user or the device. Dynamic:
/// the rule says who is in it (UG-02, UG-03). DeviceManagement: its people may enrol devices (UG-11).
/// </summary>
public sealed record Group(GroupId Id, string Name, Rule? Rule = null, bool DeviceManagement = false);
