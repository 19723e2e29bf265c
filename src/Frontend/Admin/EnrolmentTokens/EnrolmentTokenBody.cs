using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Enrollment;

namespace Mdm.Fleet.Frontend.Admin.EnrolmentTokens;

/// <summary>A permission to enrol devices. Uses and hours null = without bound.</summary>
public sealed record EnrolmentTokenBody(
    string Name, IReadOnlyList<string>? DeviceGroups = null, int? Uses = null, int? ExpiresInHours = null, string Kind = "Device")
{
    private const int UsesMax = 1_000_000;
    private const int HoursMax = 10 * 366 * 24;

    /// <exception cref="RefusalException">Some fields are wrong; all are named.</exception>
    public EnrolmentTokenSpec Check(CatalogSnapshot catalog, DateTimeOffset now)
    {
        var name = Names.Check(Name);
        if (RefusalException.Fields(Problems()) is { } refused)
            throw refused;
        var groups = DistributionBody.Static(DeviceGroups, "deviceGroups", catalog.DeviceGroups);
        return new EnrolmentTokenSpec(name, groups, Uses, ExpiresInHours is { } hours ? now.AddHours(hours) : null);
    }

    private IEnumerable<(string Field, string Message)> Problems()
    {
        if (Kind != "Device")
            yield return ("kind", "kind is Device.");
        if (Uses is < 1 or > UsesMax)
            yield return ("uses", $"uses is 1 to {UsesMax}, or null.");
        if (ExpiresInHours is < 1 or > HoursMax)
            yield return ("expiresInHours", $"expiresInHours is 1 to {HoursMax}, or null.");
        if (DeviceGroups?.Count > Device.GroupsMax)
            yield return ("deviceGroups", $"A device is in at most {Device.GroupsMax} device groups.");
    }
}

/// <summary>A token as it is shown once, with the token itself and its address.</summary>
public sealed record EnrolmentTokenCreated(
    string Id,
    string Token,
    string Url,
    string Name,
    IReadOnlyList<string> DeviceGroups,
    int? Uses,
    DateTimeOffset? ExpiresAt,
    string Kind,
    DateTimeOffset CreatedAt);

/// <summary>A token as it is shown from then on.</summary>
public sealed record EnrolmentTokenObject(
    string Id, string Name, IReadOnlyList<string> DeviceGroups, int? Uses, int Used, DateTimeOffset? ExpiresAt, bool Revoked, DateTimeOffset CreatedAt)
{
    public static EnrolmentTokenObject Of(EnrolmentTokenView view) => new(
        view.Id,
        view.Spec.Name,
        [.. view.Spec.DeviceGroups.Select(group => group.Value)],
        view.Spec.Uses,
        view.Used,
        view.Spec.ExpiresAt,
        view.Revoked,
        view.CreatedAt);
}
