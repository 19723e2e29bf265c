using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>A configuration profile as a device reads it.</summary>
public sealed record ConfigurationProfile(
    string Identifier, string Uuid, string? DisplayName, string? Organization, ImmutableArray<ProfilePayload> Payloads)
{
    /// <summary>The MDM payload of an enrolment profile.</summary>
    public MdmPayload? Mdm => Payloads.OfType<MdmPayload>().FirstOrDefault();

    /// <summary>The SCEP payload of an enrolment profile.</summary>
    public ScepPayload? Scep => Payloads.OfType<ScepPayload>().FirstOrDefault();
}

/// <summary>Reads configuration profiles (XML or binary; a signed one is unwrapped first).</summary>
public static class ProfileReader
{
    /// <exception cref="ProtocolException">Not a configuration profile.</exception>
    public static ConfigurationProfile Read(ReadOnlySpan<byte> bytes)
    {
        if (PlistValue.Read(bytes) is not PlistValue.Dict root || root.GetString("PayloadType") != "Configuration")
            throw new ProtocolException(ProtocolError.WrongType, "This is no configuration profile.");
        return new ConfigurationProfile(
            ProfilePayload.Text(root, "PayloadIdentifier"),
            ProfilePayload.Text(root, "PayloadUUID"),
            root.GetString("PayloadDisplayName"),
            root.GetString("PayloadOrganization"),
            [.. root.GetArray("PayloadContent").OfType<PlistValue.Dict>().Select(ProfilePayload.Read)]);
    }
}
