using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.PushCertificate;

namespace Mdm.Fleet.Frontend.Admin.Overview;

/// <summary>The fleet in numbers, and what an admin should know. Owners and hand-overs count enrolled devices.</summary>
public sealed record OverviewObject(
    DeviceCounts Devices, OwnerCounts Owners, HandOverCounts HandOvers, PushCertificateObject? PushCertificate, IReadOnlyList<Warning> Warnings);

/// <summary>Devices by status.</summary>
public sealed record DeviceCounts(long Pending, long Enrolled, long CheckedOut, long Retiring, long Retired);

/// <summary>Enrolled devices by who holds them.</summary>
public sealed record OwnerCounts(long Nobody, long People);

/// <summary>Enrolled devices with an open hand-over, and with items that would not go.</summary>
public sealed record HandOverCounts(long Cleaning, long Residue);
