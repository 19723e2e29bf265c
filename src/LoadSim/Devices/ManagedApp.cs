namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>An app that MDM asked for. It is queued, then installs, then is managed: what it is depends on the clock alone.</summary>
public sealed record ManagedApp(string BundleId, string Version, long ManagementFlags, DateTimeOffset StartsAt, DateTimeOffset DoneAt)
{
    /// <summary>Apple's <c>Status</c> in a ManagedApplicationList.</summary>
    public string StatusAt(DateTimeOffset now) => now < StartsAt ? "Queued" : now < DoneAt ? "Installing" : "Managed";
}

/// <summary>An app that the person put there; MDM lists it and never touches it.</summary>
public sealed record PersonalApp(string BundleId, string Name, string Version);
