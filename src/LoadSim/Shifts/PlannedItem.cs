using Mdm.Fleet.Domain.Configurations;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>An item of the scenario: how an admin enters it, whom it is for, and the mark by which a device holding it is known.</summary>
/// <param name="Name">Its name in the admin API; unique among its kind.</param>
/// <param name="Mark">What <see cref="Devices.ItemMark"/> makes of it once it is on a device.</param>
/// <param name="Audience">Whom it is distributed to.</param>
public abstract record PlannedItem(string Name, string Mark, Audience Audience)
{
    /// <summary>A configuration profile.</summary>
    public sealed record Configuration(string Name, string Mark, Audience Audience, ConfigurationContent Content)
        : PlannedItem(Name, Mark, Audience);

    /// <summary>A managed app.</summary>
    public sealed record App(string Name, string Mark, Audience Audience, string BundleId, string ManifestUrl)
        : PlannedItem(Name, Mark, Audience);

    /// <summary>The built-in web clip for signing in; only its distribution is set.</summary>
    public sealed record SignInWebClip(Audience Audience) : PlannedItem("multi-user-sign-in", Devices.ItemMark.SignIn, Audience);
}
