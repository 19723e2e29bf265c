using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Mdm.Fleet.Deploy.Tests.Manifests;

/// <summary>YAML as JSON nodes, and short ways through them.</summary>
internal static class Yaml
{
    private static readonly IDeserializer _reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
    private static readonly ISerializer _writer = new SerializerBuilder().JsonCompatible().Build();

    /// <summary>All documents of a text.</summary>
    public static IEnumerable<JsonNode> Documents(string text)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
            yield return JsonNode.Parse(_writer.Serialize(_reader.Deserialize(parser)))!;
    }

    /// <summary>What lies at a path of names with dots between; null where there is nothing.</summary>
    public static JsonNode? At(this JsonNode? node, string path) =>
        path.Split('.').Aggregate(node, (inner, name) => (inner as JsonObject)?[name]);

    public static string? Text(this JsonNode? node, string path) => node.At(path)?.ToString();

    public static IEnumerable<JsonNode> Items(this JsonNode? node, string path) => (node.At(path) as JsonArray ?? []).Select(item => item!);

    public static IReadOnlyDictionary<string, string> Texts(this JsonNode? node) =>
        (node as JsonObject ?? []).ToDictionary(entry => entry.Key, entry => entry.Value!.ToString());
}
