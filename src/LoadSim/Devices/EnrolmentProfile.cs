using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>The profile that ties a device to its server: the MDM payload and what it leans on (com.apple.mdm, com.apple.security.scep).</summary>
public sealed record EnrolmentProfile(
    InstalledProfile Profile, Uri ServerUrl, Uri CheckInUrl, string Topic, bool SignMessage, bool CheckOutWhenRemoved, PlistValue.Dict? Scep)
{
    /// <summary>Finds the MDM payload.</summary>
    /// <exception cref="FormatException">There is none, or it lacks a key that iOS requires.</exception>
    public static EnrolmentProfile From(InstalledProfile profile)
    {
        var mdm = profile.Payloads.SingleOrDefault(payload => payload.Type == "com.apple.mdm")?.Content
            ?? throw new FormatException("The profile has no MDM payload, or two.");
        var server = new Uri(InstalledProfile.Required(mdm, "ServerURL"));
        var identity = InstalledProfile.Required(mdm, "IdentityCertificateUUID");
        return new EnrolmentProfile(
            profile,
            server,
            mdm.GetString("CheckInURL") is { } checkIn ? new Uri(checkIn) : server,
            InstalledProfile.Required(mdm, "Topic"),
            mdm.GetBool("SignMessage") ?? false,
            mdm.GetBool("CheckOutWhenRemoved") ?? false,
            profile.Payloads.FirstOrDefault(p => p.Uuid == identity && p.Type == "com.apple.security.scep")?.Content.GetDict("PayloadContent"));
    }

    /// <summary>The roots that the profile brings along; they are trusted before the server is asked.</summary>
    public IEnumerable<X509Certificate2> Roots() => Profile.Payloads.Select(payload => payload.Root()).OfType<X509Certificate2>();

    /// <summary>What may never change in a renewal does not (com.apple.mdm: ServerURL, CheckInURL, Topic are immutable).</summary>
    public bool MayReplace(EnrolmentProfile current) =>
        ServerUrl == current.ServerUrl && CheckInUrl == current.CheckInUrl && Topic == current.Topic;
}
