using Orleans;

namespace Mdm.Fleet.Grains.Users;

/// <summary>
/// Who holds a Managed Apple ID; the key is the id, case-folded. A person claims it before they use it and releases it after they
/// stopped, both written down with the person first, so that a crash in between leaves neither two holders nor a lost id.
/// </summary>
[Alias("managedAppleId")]
public interface IManagedAppleId : IGrainWithStringKey
{
    /// <summary>True = it is theirs now, or was already; false = another person's.</summary>
    Task<bool> Claim(string userName);

    /// <summary>It is free, unless it is another person's.</summary>
    Task Release(string userName);

    /// <summary>The user name of whoever holds it; null = nobody does.</summary>
    Task<string?> Holder();

    /// <summary>Writes down that somebody sees it in full. False = it is not this person's.</summary>
    Task<bool> Unmask(string userName, string by);
}

/// <summary>The Managed Apple ID is another person's.</summary>
[GenerateSerializer, Alias("user.managedAppleIdTaken")]
public sealed class ManagedAppleIdTakenException() : Exception("Another person holds this Managed Apple ID.");
