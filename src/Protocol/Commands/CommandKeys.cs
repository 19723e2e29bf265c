using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Commands;

/// <summary>Keys of a command that must be there, and lists of names.</summary>
internal static class CommandKeys
{
    public static string Text(PlistValue.Dict keys, string key) => keys.GetString(key) is { Length: > 0 } text ? text : throw Missing(key);

    public static ReadOnlyMemory<byte> Data(PlistValue.Dict keys, string key) => keys.GetData(key) ?? throw Missing(key);

    /// <summary>A list of names; null when the key is absent.</summary>
    public static ImmutableArray<string>? Names(PlistValue.Dict keys, string key) =>
        keys[key] is PlistValue.Array list ? [.. list.Items.OfType<PlistValue.String>().Select(s => s.Value)] : null;

    public static PlistValue? Names(ImmutableArray<string>? names) =>
        names is { } list ? new PlistValue.Array([.. list.Select(n => (PlistValue)n)]) : null;

    public static PlistValue? Optional(bool? value) => value is { } flag ? flag : null;

    public static PlistValue? Optional(long? value) => value is { } number ? number : null;

    private static ProtocolException Missing(string key) => new(ProtocolError.MissingKey, $"{key} is absent or empty.");
}
