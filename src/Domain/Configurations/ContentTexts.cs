using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Configurations;

/// <summary>All texts of a content of whatever kind, found by its JSON contract: members, lists and maps, but no keys and nothing binary.</summary>
public static class ContentTexts
{
    private static readonly JsonSerializerOptions Options = Contract();

    /// <summary>Each text with its JSON path.</summary>
    public static IEnumerable<(string Member, string Text)> Of(object content) => Of(content, "");

    /// <summary>The content with its texts replaced; itself when none of them is a template.</summary>
    /// <param name="rewrite">Gives the new text for a JSON path and a text that is a template.</param>
    public static T Rewrite<T>(T content, Func<string, string, string> rewrite)
        where T : class
    {
        if (!Of(content).Any(text => Template.IsTemplate(text.Text)))
            return content;
        var json = JsonSerializer.SerializeToNode(content, Options)!;
        Rewrite(content, json, "", rewrite);
        return json.Deserialize<T>(Options)!;
    }

    private static JsonSerializerOptions Contract()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        options.MakeReadOnly();
        return options;
    }

    private static IEnumerable<(string Member, string Text)> Of(object? value, string path) => value is string text
        ? [(path, text)]
        : Children(value).SelectMany(child => Of(child.Value, Join(path, child.Key)));

    private static JsonNode? Rewrite(object? value, JsonNode? json, string path, Func<string, string, string> rewrite)
    {
        if (value is string text)
            return Template.IsTemplate(text) ? JsonValue.Create(rewrite(path, text)) : json;
        foreach (var (key, inner) in Children(value))
        {
            var (old, childPath) = (Child(json, key), Join(path, key));
            var changed = Rewrite(inner, old, childPath, rewrite);
            if (!ReferenceEquals(old, changed))
                Replace(json!, key, changed);
        }

        return json;
    }

    /// <summary>What a value holds, by member, key (text) or index (number), as its JSON does.</summary>
    private static IEnumerable<(object Key, object? Value)> Children(object? value) => value is null ? [] : Options.GetTypeInfo(value.GetType()) switch
    {
        { Kind: JsonTypeInfoKind.Object } type => type.Properties.Where(p => p.Get is not null).Select(p => ((object)p.Name, p.Get!(value))),
        { Kind: JsonTypeInfoKind.Dictionary } when value is IDictionary map => map.Keys.OfType<string>().Select(key => ((object)key, map[key])),
        { Kind: JsonTypeInfoKind.Enumerable } => ((IEnumerable)value).Cast<object?>().Select((item, i) => ((object)i, item)),
        _ => [],
    };

    private static JsonNode? Child(JsonNode? json, object key) => (json, key) switch
    {
        (JsonArray array, int index) => array[index],
        (JsonObject members, string name) => members[name],
        _ => null,
    };

    private static void Replace(JsonNode json, object key, JsonNode? value)
    {
        if (key is int index)
            json[index] = value;
        else
            json[(string)key] = value;
    }

    private static string Join(string path, object key) => key is int index ? $"{path}[{index}]" : path.Length == 0 ? (string)key : $"{path}.{key}";
}
