using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Commands;

/// <summary>
/// One MDM command as a value: what an item's content is, the edge looks up when it renders the command. Names are Apple's request
/// types. A closed family.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(InstallProfile), "InstallProfile")]
[JsonDerivedType(typeof(RemoveProfile), "RemoveProfile")]
[JsonDerivedType(typeof(RemoveEnrollment), "RemoveEnrollment")]
[JsonDerivedType(typeof(RenewEnrollment), "RenewEnrollment")]
[JsonDerivedType(typeof(ProfileList), "ProfileList")]
[JsonDerivedType(typeof(InstallApplication), "InstallApplication")]
[JsonDerivedType(typeof(RemoveApplication), "RemoveApplication")]
[JsonDerivedType(typeof(ManagedApplicationList), "ManagedApplicationList")]
[JsonDerivedType(typeof(InstalledApplicationList), "InstalledApplicationList")]
[JsonDerivedType(typeof(CertificateList), "CertificateList")]
[JsonDerivedType(typeof(DeviceInformation), "DeviceInformation")]
[JsonDerivedType(typeof(SecurityInfo), "SecurityInfo")]
[JsonDerivedType(typeof(DeviceLock), "DeviceLock")]
[JsonDerivedType(typeof(EraseDevice), "EraseDevice")]
[JsonDerivedType(typeof(ClearPasscode), "ClearPasscode")]
[JsonDerivedType(typeof(SetDeviceName), "Settings")]
[JsonDerivedType(typeof(DeviceConfigured), "DeviceConfigured")]
public abstract record CommandBody
{
    private CommandBody()
    {
    }

    /// <summary>Apple's RequestType.</summary>
    [JsonIgnore]
    public string RequestType => this switch
    {
        RemoveEnrollment => nameof(RemoveProfile),
        RenewEnrollment => nameof(InstallProfile),
        SetDeviceName => "Settings",
        _ => GetType().Name,
    };

    /// <summary>Never answered NotNow by a device: worth trying after another one was (apple/protocol-notes.md, section 3.3).</summary>
    [JsonIgnore]
    public bool NeverNotNow => this is DeviceInformation or ProfileList or DeviceLock or EraseDevice or ClearPasscode or InstalledApplicationList;

    /// <summary>The item that an install or a removal is about.</summary>
    [JsonIgnore]
    public ItemId? Item => this switch
    {
        InstallProfile install => install.ItemId,
        RemoveProfile remove => remove.ItemId,
        InstallApplication install => install.ItemId,
        RemoveApplication remove => remove.ItemId,
        _ => null,
    };

    /// <summary>About the enrolment, not about whoever holds the device: never void because the owner changed.</summary>
    [JsonIgnore]
    public bool OutlivesSession => this is DeviceConfigured or RenewEnrollment;

    public sealed record InstallProfile(ItemId ItemId, string Revision) : CommandBody;

    public sealed record RemoveProfile(ItemId ItemId, string Identifier) : CommandBody;

    /// <summary>Removes the enrolment profile itself. Only the retire act makes one; a plan has no way to.</summary>
    public sealed record RemoveEnrollment(string Identifier) : CommandBody;

    /// <summary>Installs the enrolment profile anew, so that the device gets a fresh certificate (PR-02).</summary>
    public sealed record RenewEnrollment : CommandBody;

    public sealed record ProfileList : CommandBody;

    public sealed record InstallApplication(ItemId ItemId, string Revision, string BundleId) : CommandBody;

    public sealed record RemoveApplication(ItemId ItemId, string BundleId) : CommandBody;

    public sealed record ManagedApplicationList : CommandBody;

    /// <summary>ManagedAppsOnly: all that a user-enrolled device may be asked for (UE-16).</summary>
    public sealed record InstalledApplicationList(bool ManagedAppsOnly = false) : CommandBody;

    public sealed record CertificateList : CommandBody;

    /// <summary>No queries = the ones this server asks for by itself.</summary>
    public sealed record DeviceInformation(ImmutableArray<string> Queries) : CommandBody
    {
        public bool Equals(DeviceInformation? other) =>
            other is not null && Queries.SequenceEqual(other.Queries);

        public override int GetHashCode() => Queries.Length;
    }

    public sealed record SecurityInfo : CommandBody;

    public sealed record DeviceLock(string? Message = null, string? PhoneNumber = null, string? Pin = null) : CommandBody;

    public sealed record EraseDevice(string? Pin = null) : CommandBody;

    public sealed record ClearPasscode : CommandBody;

    public sealed record SetDeviceName(string DeviceName) : CommandBody;

    public sealed record DeviceConfigured : CommandBody;
}
