using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Grains.Tests.Hosting;

/// <summary>Distributions, as a test says them.</summary>
internal static class To
{
    public static Distribution Everyone { get; } = new Distribution.All();

    public static Distribution Nobody { get; } = new Distribution.None();

    public static Distribution Users(params string[] groups) => new Distribution.Custom([.. groups.Select(GroupId.Parse)], []);

    public static Distribution Devices(params string[] groups) => new Distribution.Custom([], [.. groups.Select(GroupId.Parse)]);
}
