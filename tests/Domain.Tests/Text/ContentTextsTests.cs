using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Tests.Text;

/// <summary>Texts are found in any shape that a content may have.</summary>
public sealed class ContentTextsTests
{
    private static readonly Sample Full = new(
        "${a}", null, "${b}"u8.ToArray(), [.. "${b}"u8], ["x", "${c}"], ImmutableSortedDictionary<string, string>.Empty.Add("${k}", "${d}"),
        new Dictionary<string, Inner> { ["fr"] = new Inner.Deep("${e}", AttributeKind.Second) }, [new Inner.Deep("${f}", default)], new Inner.Deep("plain", default));

    [Fact]
    [Trait("Requirement", "UG-04")]
    public void Texts_are_found_in_members_lists_maps_and_families_and_not_in_bytes_keys_or_names()
    {
        Assert.Equal(
            ["title ${a}", "lines[0] x", "lines[1] ${c}", "map.${k} ${d}", "texts.fr.text ${e}", "inners[0].text ${f}", "inner.text plain"],
            ContentTexts.Of(Full).Select(text => $"{text.Member} {text.Text}"));

        var changed = ContentTexts.Rewrite(Full, (member, text) => Template.IsTemplate(text) ? $"<{member}>" : throw new InvalidOperationException(text));

        Assert.Equal(
            ["title <title>", "lines[0] x", "lines[1] <lines[1]>", "map.${k} <map.${k}>", "texts.fr.text <texts.fr.text>", "inners[0].text <inners[0].text>", "inner.text plain"],
            ContentTexts.Of(changed).Select(text => $"{text.Member} {text.Text}"));
        Assert.Equal(Full.Icon.ToArray(), changed.Icon.ToArray());
        Assert.Equal(Full.Bytes, changed.Bytes);
        Assert.Equal(AttributeKind.Second, Assert.IsType<Inner.Deep>(changed.Texts["fr"]).Kind);
    }

    [JsonConverter(typeof(JsonStringEnumConverter<AttributeKind>))]
    internal enum AttributeKind
    {
        First,
        Second,
    }

    [JsonPolymorphic]
    [JsonDerivedType(typeof(Deep), "deep")]
    internal abstract record Inner
    {
        internal sealed record Deep(string Text, AttributeKind Kind) : Inner;
    }

    internal sealed record Sample(
        string Title,
        string? None,
        ReadOnlyMemory<byte> Icon,
        byte[] Bytes,
        ImmutableArray<string> Lines,
        ImmutableSortedDictionary<string, string> Map,
        Dictionary<string, Inner> Texts,
        List<Inner> Inners,
        Inner Inner);
}
