using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Mdm.Fleet.Grains.Records;

namespace Mdm.Fleet.Grains.Tests.Records;

/// <summary>
/// Rolling upgrades of records (docs/upgrades.md): a version reads what the last one stored, and what the next one stores. Stored/*.txt are
/// bytes as a version wrote them, a line each, and never change. <c>UPDATE_STORED=1</c> appends what they lack to the newest of them.
/// </summary>
public sealed class Upgrades
{
    private static readonly string[] files = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Records", "Stored")).Order(StringComparer.Ordinal)];

    /// <summary>By version and name: "1 Mdm.Fleet.Grains.Devices.DeviceRecord".</summary>
    private static readonly SortedDictionary<string, string> frozen = new(
        files.SelectMany(File.ReadAllLines, (file, line) => (File: Path.GetFileNameWithoutExtension(file), Parts: line.Split(' ', 2)))
            .ToDictionary(line => $"{line.File} {line.Parts[0]}", line => line.Parts[1]),
        StringComparer.Ordinal);

    public static TheoryData<string> Frozen => [.. frozen.Keys];

    [Theory]
    [MemberData(nameof(Frozen))]
    public void What_an_earlier_version_stored_is_read_with_all_its_facts(string stored)
    {
        var (type, json) = (Named(stored), frozen[stored]);
        if (type.IsEnum)
            Assert.All(json.Split(','), value => Assert.Contains(value, Enum.GetNames(type)));
        else
            Facts.AssertHeld(JsonNode.Parse(json)!, Rewritten(type, json), stored);
    }

    [Theory]
    [MemberData(nameof(Frozen))]
    public void Members_that_a_newer_version_adds_are_read_past(string stored)
    {
        var (type, json) = (Named(stored), frozen[stored]);
        if (type.IsEnum)
            return;
        var grown = JsonNode.Parse(json)!;
        Assert.True(Grow(grown, type) > 0 || StoredTypes.InfoOf(type).Kind != JsonTypeInfoKind.Object);
        Assert.Equal(Rewritten(type, json).ToJsonString(), Rewritten(type, grown.ToJsonString()).ToJsonString());
    }

    [Fact]
    public void Bytes_of_every_stored_type_are_kept()
    {
        var newest = Path.GetFileNameWithoutExtension(files[^1]);
        var kept = frozen.Keys.Where(key => key.Split(' ')[0] == newest).Select(key => key.Split(' ')[1]).ToHashSet();
        var missing = Written().Where(line => !kept.Contains(line.Name)).ToArray();
        if (Environment.GetEnvironmentVariable("UPDATE_STORED") == "1")
            File.AppendAllLines(Source(files[^1]), missing.Select(line => $"{line.Name} {line.Json}"));
        Assert.Empty(missing.Select(line => line.Name));
    }

    private static IEnumerable<(string Name, string Json)> Written() => StoredTypes.Written
        .SelectMany(type => StoredTypes.FamilyOf(type), (type, member) => (NameOf(type, member), JsonSerializer.Serialize(Samples.Of(member, salt: 1), type, GrainsJson.Default)))
        .Concat(StoredTypes.Enums.Select(type => (NameOf(type, type), string.Join(',', Enum.GetNames(type)))));

    /// <summary>The type that it is stored as, and where that is a family, which of it.</summary>
    private static string NameOf(Type type, Type member) => type == member ? type.FullName! : $"{type.FullName}/{member.Name}";

    private static Type Named(string stored) => StoredTypes.All.Single(type => type.FullName == stored.Split(' ', '/')[1]);

    private static JsonNode Rewritten(Type type, string json) => JsonSerializer.SerializeToNode(JsonSerializer.Deserialize(json, type, GrainsJson.Default), type, GrainsJson.Default)!;

    /// <summary>Adds a member to every object of ours within; answers how many.</summary>
    private static int Grow(JsonNode node, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (StoredTypes.ElementOf(type) is { } element)
            return (node is JsonObject entries ? entries.Select(entry => entry.Value) : node.AsArray()).Sum(item => Grow(item!, element));
        if (StoredTypes.InfoOf(type) is not { Kind: JsonTypeInfoKind.Object } info)
            return 0;
        var grown = 1;
        foreach (var property in MemberInfo(info, node).Properties)
            if (node[property.Name] is { } value)
                grown += Grow(value, property.PropertyType);
        node["addedLater"] = new JsonObject { ["more"] = new JsonArray(1, "two") };
        return grown;
    }

    private static JsonTypeInfo MemberInfo(JsonTypeInfo info, JsonNode node) => info.PolymorphismOptions is { } family
        ? StoredTypes.InfoOf(family.DerivedTypes.Single(member => member.TypeDiscriminator!.Equals(node[family.TypeDiscriminatorPropertyName]!.GetValue<string>())).DerivedType)
        : info;

    private static string Source(string file, [System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "Stored", Path.GetFileName(file));
}
