using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>InstallProfile, RemoveProfile, ProfileList, CertificateList as an unsupervised iPad obeys them.</summary>
public sealed class ProfileCommands(DeviceContents contents, DeviceTemper temper)
{
    private const string InstallDomain = "MCInstallationErrorDomain";
    private const string ProfileDomain = "MCProfileErrorDomain";

    /// <summary>Puts the profile in the place of the one with its identifier. The enrolment's own profile is not for here.</summary>
    public CommandReply Install(InstalledProfile profile)
    {
        if (profile.Payloads.Select(payload => payload.Mark).FirstOrDefault(temper.Refuses) is { } refused)
            return temper.Refused(new CommandReply.Error(InstallDomain, 4001, $"Profile installation failed: {refused}."));
        if (contents.Profiles.Any(known => known.Identifier == profile.Identifier && !known.Managed))
        {
            temper.NotePersonalTouched();
            return new CommandReply.Error(InstallDomain, 4001, "A profile of the user has this identifier.");
        }

        contents.Put(profile);
        return new CommandReply.Acknowledged();
    }

    /// <summary>Removes a profile that MDM installed; a person's own one stays.</summary>
    public CommandReply Remove(string identifier)
    {
        var found = contents.Profiles.FirstOrDefault(profile => profile.Identifier == identifier);
        if (found is null)
            return new CommandReply.Error("MCMDMErrorDomain", 12075, $"The profile “{identifier}” is not installed.");
        if (!found.Managed)
        {
            temper.NotePersonalTouched();
            return new CommandReply.Error(ProfileDomain, 1005, "The profile was not installed by MDM.");
        }

        contents.Remove(identifier);
        return new CommandReply.Acknowledged();
    }

    public CommandReply List(bool managedOnly) => new CommandReply.Acknowledged(
        ("ProfileList", new PlistValue.Array([.. contents.Profiles.Where(p => p.Managed || !managedOnly).Select(Describe)])));

    /// <summary>The certificates of all profiles and the identity.</summary>
    public CommandReply Certificates(bool managedOnly, (string CommonName, byte[] Der)? identity)
    {
        var list = contents.Profiles
            .Where(profile => profile.Managed || !managedOnly)
            .SelectMany(profile => profile.Payloads)
            .Where(payload => payload.Certificate is not null)
            .Select(payload => Certificate(payload.DisplayName, payload.Certificate!.Value, payload.Type == "com.apple.security.pkcs12"));
        if (identity is var (name, der))
            list = list.Append(Certificate(name, der, isIdentity: true));
        return new CommandReply.Acknowledged(("CertificateList", new PlistValue.Array([.. list])));
    }

    private static PlistValue.Dict Certificate(string commonName, ReadOnlyMemory<byte> der, bool isIdentity) =>
        PlistValue.Dict.Of(("CommonName", commonName), ("Data", der), ("IsIdentity", isIdentity));

    private static PlistValue Describe(InstalledProfile profile) => PlistValue.Dict.Of(
        ("HasRemovalPasscode", false),
        ("IsEncrypted", false),
        ("IsManaged", profile.Managed),
        ("PayloadContent", new PlistValue.Array([.. profile.Payloads.Select(Describe)])),
        ("PayloadDisplayName", profile.DisplayName),
        ("PayloadIdentifier", profile.Identifier),
        ("PayloadRemovalDisallowed", profile.Content.GetBool("PayloadRemovalDisallowed") ?? false),
        ("PayloadUUID", profile.Uuid),
        ("PayloadVersion", 1));

    private static PlistValue Describe(InstalledPayload payload) => PlistValue.Dict.Of(
        ("PayloadDisplayName", payload.DisplayName),
        ("PayloadIdentifier", payload.Identifier),
        ("PayloadType", payload.Type),
        ("PayloadUUID", payload.Uuid),
        ("PayloadVersion", 1));
}
