using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Connect;

/// <summary>A profile on a device.</summary>
/// <param name="Uuid">Tells the revision of a profile of ours: <see cref="Domain.Configurations.ProfileUuid"/>.</param>
public sealed record InstalledProfile(string Identifier, string Uuid, string? DisplayName = null, bool IsManaged = false);

/// <summary>The answer to ProfileList.</summary>
public sealed record ProfileListResult(ImmutableArray<InstalledProfile> Profiles) : CommandResult
{
    /// <summary>Null when the message carries no list.</summary>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public static ProfileListResult? Decode(ReadOnlySpan<byte> body) =>
        FindList(body, "ProfileList"u8) is { } list
            ? new ProfileListResult([.. list.Where(p => p.GetString("PayloadIdentifier") is not null).Select(Read)])
            : null;

    internal override PlistValue.Dict ToDict() => ListDict("ProfileList", Profiles, profile => PlistValue.Dict.Of(
        ("IsManaged", profile.IsManaged),
        ("PayloadDisplayName", profile.DisplayName),
        ("PayloadIdentifier", profile.Identifier),
        ("PayloadUUID", profile.Uuid),
        ("PayloadVersion", 1)));

    private static InstalledProfile Read(PlistValue.Dict keys) => new(
        keys.GetString("PayloadIdentifier")!,
        keys.GetString("PayloadUUID") ?? "",
        keys.GetString("PayloadDisplayName"),
        keys.GetBool("IsManaged") ?? false);
}
