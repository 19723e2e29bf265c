namespace Mdm.Fleet.LoadSim.People;

/// <summary>Somebody who signs in on iPads. The gate is held while the person holds a device: one device at a time.</summary>
public sealed record Person(string UserName, string DisplayName, string Password, Role Role)
{
    /// <summary>Taken before a sign-in, released after the sign-out.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);
}

/// <summary>What a person is in the simulated hospital; nobody is the owner of a device without a session.</summary>
public enum Role
{
    Nobody,
    Nurse,
    Doctor,
}
