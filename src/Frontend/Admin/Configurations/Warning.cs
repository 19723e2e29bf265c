using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Frontend.Admin.Configurations;

/// <summary>What an admin should know; the code is for programs.</summary>
public sealed record Warning(string Code, string Message)
{
    /// <summary>MU-11: without it, the sign-in web clip goes at the first sign-out.</summary>
    public static Warning NobodyNotReached { get; } = new(
        "nobody-not-reached",
        "Multi-user sign-in is not distributed to nobody: a device without a session does not have the sign-in web clip. "
        + "Distribute it to all devices or to a device group.");

    /// <summary>What speaks against an item's distribution.</summary>
    public static IReadOnlyList<Warning> Of(bool isSignIn, Distribution distribution, CatalogSnapshot catalog) =>
        isSignIn && !Desired.SignInReachesNobody(distribution, catalog) ? [NobodyNotReached] : [];
}
