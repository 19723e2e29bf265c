using FsCheck;
using FsCheck.Fluent;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Tests.Plist;

/// <summary>Random property lists; only values that every codec of property lists can hold.</summary>
internal static class PlistGen
{
    private static readonly string[] Words =
        ["", "a", "UDID", "Zoë", "東京", "👩🏽‍💻", "<&>\"'", "]]>", "&amp;", " lead", "trail ", "line\nfeed", "tab\t", "\u0085", "\u2028", "x\u0301"];

    public static Arbitrary<PlistValue> Values => Arb.From(Tree(4));

    private static Gen<string> Text => Gen.Elements(Words).ListOf(3).Select(string.Concat);

    private static Gen<PlistValue> Scalar => Gen.OneOf(
        Text.Select(text => (PlistValue)text),
        Gen.Choose(int.MinValue, int.MaxValue).Select(n => (PlistValue)((long)n * 1_000_003)),
        Gen.Elements<Int128>(0, -1, long.MinValue, long.MaxValue, ulong.MaxValue).Select(n => (PlistValue)new PlistValue.Integer(n)),
        Gen.Choose(-1_000_000, 1_000_000).Select(n => (PlistValue)(n / 1024.0)),
        Gen.Elements(true, false).Select(flag => (PlistValue)flag),
        Gen.Choose(0, int.MaxValue).Select(seconds => (PlistValue)DateTimeOffset.FromUnixTimeSeconds(seconds)),
        Gen.Choose(0, 255).Select(b => (byte)b).ListOf().Select(bytes => (PlistValue)bytes.ToArray()));

    private static Gen<PlistValue> Tree(int depth) => depth == 0
        ? Scalar
        : Gen.Frequency(
            (3, Scalar),
            (2, Gen.Choose(0, 5).SelectMany(count => Tree(depth - 1).ListOf(count)).Select(items => (PlistValue)new PlistValue.Array([.. items]))),
            (3, Gen.Choose(0, 40).SelectMany(count => Gen.Zip(Text, Scalar).ListOf(count)).Select(ToDict)),
            (3, Gen.Choose(0, 5).SelectMany(count => Gen.Zip(Text, Tree(depth - 1)).ListOf(count)).Select(ToDict)));

    private static PlistValue ToDict(IEnumerable<(string Key, PlistValue Value)> entries) =>
        new PlistValue.Dict(entries.DistinctBy(e => e.Key).Select(e => KeyValuePair.Create(e.Key, e.Value)));
}
