using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>One payload of a profile. Those of an enrolment have types of their own.</summary>
/// <param name="Keys">All keys of the payload.</param>
public record ProfilePayload(string Type, string Identifier, string Uuid, PlistValue.Dict Keys)
{
    internal static ProfilePayload Read(PlistValue.Dict keys)
    {
        var common = new ProfilePayload(Text(keys, "PayloadType"), Text(keys, "PayloadIdentifier"), Text(keys, "PayloadUUID"), keys);
        return common.Type switch
        {
            "com.apple.mdm" => new MdmPayload(common),
            "com.apple.security.scep" => new ScepPayload(common),
            _ => common,
        };
    }

    internal static string Text(PlistValue.Dict keys, string key) =>
        keys.GetString(key) is { Length: > 0 } text ? text : throw new ProtocolException(ProtocolError.MissingKey, $"{key} is absent or empty.");
}

/// <summary><c>com.apple.mdm</c>.</summary>
public sealed record MdmPayload : ProfilePayload
{
    internal MdmPayload(ProfilePayload common)
        : base(common)
    {
        Topic = Text(Keys, "Topic");
        ServerUrl = Text(Keys, "ServerURL");
        CheckInUrl = Keys.GetString("CheckInURL") ?? ServerUrl;
        IdentityCertificateUuid = Text(Keys, "IdentityCertificateUUID");
    }

    public string Topic { get; }

    public string ServerUrl { get; }

    /// <summary>The server URL when the payload names none.</summary>
    public string CheckInUrl { get; }

    /// <summary>PayloadUUID of the payload that gives the identity.</summary>
    public string IdentityCertificateUuid { get; }

    public bool SignMessage => Keys.GetBool("SignMessage") ?? false;

    public bool CheckOutWhenRemoved => Keys.GetBool("CheckOutWhenRemoved") ?? false;

    /// <summary>Bit mask; null under User Enrollment.</summary>
    public long? AccessRights => Keys.GetInt64("AccessRights");

    public ImmutableArray<string> ServerCapabilities =>
        [.. Keys.GetArray("ServerCapabilities").OfType<PlistValue.String>().Select(text => text.Value)];
}

/// <summary><c>com.apple.security.scep</c>.</summary>
public sealed record ScepPayload : ProfilePayload
{
    private const int KeySizeBitsDefault = 1024;

    private readonly PlistValue.Dict _content;

    internal ScepPayload(ProfilePayload common)
        : base(common)
    {
        _content = Keys.GetDict("PayloadContent") ?? throw new ProtocolException(ProtocolError.MissingKey, "PayloadContent is absent.");
        Url = Text(_content, "URL");
    }

    public string Url { get; }

    public string? Name => _content.GetString("Name");

    public string? Challenge => _content.GetString("Challenge");

    public int KeySizeBits => (int)(_content.GetInt64("Keysize") ?? KeySizeBitsDefault);

    /// <summary>1 signing, 4 encryption, 5 both.</summary>
    public int KeyUsage => (int)(_content.GetInt64("Key Usage") ?? 0);

    public ReadOnlyMemory<byte>? CaFingerprint => _content.GetData("CAFingerprint");

    /// <summary>The subject's names in order, such as CN with its value.</summary>
    public ImmutableArray<(string Type, string Value)> Subject =>
    [
        .. _content.GetArray("Subject").OfType<PlistValue.Array>()
            .SelectMany(rdn => rdn.Items.OfType<PlistValue.Array>())
            .Where(pair => pair.Items is [PlistValue.String, PlistValue.String])
            .Select(pair => (((PlistValue.String)pair.Items[0]).Value, ((PlistValue.String)pair.Items[1]).Value)),
    ];
}
