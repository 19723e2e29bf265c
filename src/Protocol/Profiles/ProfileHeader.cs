using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>What a profile says of itself.</summary>
/// <param name="Identifier">Top-level PayloadIdentifier: a profile replaces the one of the same identifier.</param>
/// <param name="Revision">The content's revision; with the identifier it makes every PayloadUUID.</param>
public sealed record ProfileHeader(string Identifier, string Revision, string DisplayName, string? Organization = null, string? Description = null)
{
    /// <summary>The top-level PayloadUUID.</summary>
    public string Uuid => UuidOf(Identifier);

    /// <summary>The PayloadUUID of a payload of this profile.</summary>
    public string UuidOf(string payloadIdentifier) => ProfileUuid.For(payloadIdentifier, Revision).ToString("D").ToUpperInvariant();

    /// <summary>The identifier of a payload of this profile, named apart from the others.</summary>
    public string Inner(string name) => $"{Identifier}.{name}";

    /// <summary>A payload with Apple's common keys in front.</summary>
    internal PlistValue.Dict Payload(string type, string name, string displayName, PlistValue.Dict keys)
    {
        var identifier = Inner(name);
        return new PlistValue.Dict(
        [
            .. PlistValue.Dict.Of(
                ("PayloadDisplayName", displayName),
                ("PayloadIdentifier", identifier),
                ("PayloadType", type),
                ("PayloadUUID", UuidOf(identifier)),
                ("PayloadVersion", 1)).Entries,
            .. keys.Entries,
        ]);
    }

    /// <summary>The whole profile around its payloads.</summary>
    internal PlistValue.Dict Profile(params ReadOnlySpan<PlistValue> payloads) => PlistValue.Dict.Of(
        ("PayloadContent", PlistValue.Array.Of(payloads)),
        ("PayloadDescription", Description),
        ("PayloadDisplayName", DisplayName),
        ("PayloadIdentifier", Identifier),
        ("PayloadOrganization", Organization),
        ("PayloadType", "Configuration"),
        ("PayloadUUID", Uuid),
        ("PayloadVersion", 1));
}
