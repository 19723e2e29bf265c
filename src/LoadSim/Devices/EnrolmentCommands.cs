using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>What commands do to the enrolment itself: its renewal, its end, and the facts that belong to it.</summary>
public sealed class EnrolmentCommands(DeviceContents contents, DeviceOptions options, Random chance, TimeProvider time)
{
    /// <summary>What the device gave the server for ClearPasscode.</summary>
    public byte[] UnlockToken { get; set; } = [];

    /// <summary>The certificate by which the device is known, as CertificateList shows it.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Renews the enrolment with a profile that came by InstallProfile: a new identity, then a TokenUpdate. False when that failed.</summary>
    public Func<InstalledProfile, CancellationToken, Task<bool>> Renew { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Installs a profile after the time that this takes; the enrolment's own profile renews it.</summary>
    public async Task<CommandReply> InstallAsync(PlistValue.Dict command, ProfileCommands profiles, CancellationToken cancellationToken)
    {
        if (command.GetData("Payload") is not { } payload)
            return new CommandReply.FormatError();
        var (shortest, longest) = options.ProfileInstall;
        await Task.Delay(shortest + ((longest - shortest) * chance.NextDouble()), time, cancellationToken);
        try
        {
            var profile = InstalledProfile.Read(payload.ToArray(), managed: true);
            if (profile.Identifier != contents.EnrolmentIdentifier)
                return profiles.Install(profile);
            return await Renew(profile, cancellationToken)
                ? new CommandReply.Acknowledged()
                : new CommandReply.Error("MCInstallationErrorDomain", 4001, "The enrolment could not be renewed.");
        }
        catch (FormatException malformed)
        {
            return new CommandReply.Error("MCProfileErrorDomain", 1000, $"The profile is malformed: {malformed.Message}");
        }
    }

    public (string CommonName, byte[] Der)? Identity() =>
        Certificate is { } identity ? (identity.GetNameInfo(X509NameType.SimpleName, false), identity.RawData) : null;
}
