using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Connect;

/// <summary>One error that a device reports. Codes change between releases: for people to read, not to branch on.</summary>
/// <param name="LocalizedDescription">In the device's language.</param>
public sealed record ErrorChainItem(long ErrorCode, string ErrorDomain, string? LocalizedDescription = null, string? USEnglishDescription = null)
{
    private const int ChainMax = 32;

    /// <summary>Reads the first errors of a chain; what is no error dictionary is left out.</summary>
    internal static ImmutableArray<ErrorChainItem> ReadChain(PlistValue? chain) =>
        chain is PlistValue.Array items ? [.. items.Items.OfType<PlistValue.Dict>().Take(ChainMax).Select(Read)] : [];

    internal static PlistValue ToArray(ImmutableArray<ErrorChainItem> chain) => new PlistValue.Array([.. chain.Select(e => e.ToDict())]);

    private static ErrorChainItem Read(PlistValue.Dict keys) => new(
        keys.GetInt64("ErrorCode") ?? 0,
        keys.GetString("ErrorDomain") ?? "",
        keys.GetString("LocalizedDescription"),
        keys.GetString("USEnglishDescription"));

    private PlistValue.Dict ToDict() => PlistValue.Dict.Of(
        ("ErrorCode", ErrorCode),
        ("ErrorDomain", ErrorDomain),
        ("LocalizedDescription", LocalizedDescription),
        ("USEnglishDescription", USEnglishDescription));
}
