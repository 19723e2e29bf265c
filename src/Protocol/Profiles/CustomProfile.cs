using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>
/// Makes an uploaded profile ours: identifiers and UUIDs are replaced, and texts that name a payload's UUID follow it, so that a Wi-Fi
/// payload still finds its certificate.
/// </summary>
internal static class CustomProfile
{
    /// <exception cref="ProtocolException">Not a configuration profile, or one with a payload that may not be distributed.</exception>
    public static PlistValue.Dict Rename(ProfileHeader header, ReadOnlySpan<byte> mobileConfig)
    {
        var (root, payloads) = Read(mobileConfig);
        var renames = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < payloads.Length; i++)
            if (payloads[i].GetString("PayloadUUID") is { } old && !renames.TryAdd(old, header.UuidOf(header.Inner(NameOf(i)))))
                throw new ProtocolException(ProtocolError.Malformed, "Two payloads have the same PayloadUUID.");
        PlistValue.Array renamed = new([.. payloads.Select((payload, i) => RenamePayload(header, payload, NameOf(i), renames))]);
        return root
            .With("PayloadContent", renamed)
            .With("PayloadDisplayName", header.DisplayName)
            .With("PayloadIdentifier", header.Identifier)
            .With("PayloadUUID", header.Uuid)
            .With("PayloadVersion", 1);
    }

    /// <summary>The root and the payloads of a profile that may be distributed.</summary>
    /// <exception cref="ProtocolException">Not a configuration profile, or one with a payload that may not be distributed.</exception>
    public static (PlistValue.Dict Root, ImmutableArray<PlistValue.Dict> Payloads) Read(ReadOnlySpan<byte> mobileConfig)
    {
        if (PlistValue.Read(mobileConfig) is not PlistValue.Dict root || root.GetString("PayloadType") != "Configuration")
            throw new ProtocolException(ProtocolError.WrongType, "This is no configuration profile.");
        if (root["PayloadContent"] is not PlistValue.Array { Items: { IsEmpty: false } items } || !items.All(item => item is PlistValue.Dict))
            throw new ProtocolException(ProtocolError.MissingKey, "The profile has no payloads to read; an encrypted one cannot be distributed.");
        ImmutableArray<PlistValue.Dict> payloads = [.. items.Cast<PlistValue.Dict>()];
        foreach (var payload in payloads)
            CheckType(payload.GetString("PayloadType"));
        return (root, payloads);
    }

    private static void CheckType(string? type)
    {
        if (string.IsNullOrEmpty(type))
            throw new ProtocolException(ProtocolError.MissingKey, "A payload has no PayloadType.");
        if (type.Trim().Equals("com.apple.mdm", StringComparison.OrdinalIgnoreCase))
            throw new ProtocolException(ProtocolError.ForbiddenPayload, "A profile with an MDM payload would replace this server's enrolment.");
    }

    private static PlistValue.Dict RenamePayload(ProfileHeader header, PlistValue.Dict payload, string name, Dictionary<string, string> renames)
    {
        var identifier = header.Inner(name);
        return ((PlistValue.Dict)Follow(payload, renames))
            .With("PayloadIdentifier", identifier)
            .With("PayloadUUID", header.UuidOf(identifier))
            .With("PayloadVersion", 1);
    }

    private static PlistValue Follow(PlistValue value, Dictionary<string, string> renames) => value switch
    {
        PlistValue.String text when renames.TryGetValue(text.Value, out var renamed) => renamed,
        PlistValue.Array array => new PlistValue.Array([.. array.Items.Select(item => Follow(item, renames))]),
        PlistValue.Dict dict => new PlistValue.Dict(dict.Entries.Select(e => KeyValuePair.Create(e.Key, Follow(e.Value, renames)))),
        _ => value,
    };

    private static string NameOf(int index) => $"payload{index + 1}";
}
