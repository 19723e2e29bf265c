using System.Text.Json.Nodes;

namespace Mdm.Fleet.Deploy.Tests.Manifests;

/// <summary>A label selector, in the forms that these objects use.</summary>
internal static class Selector
{
    /// <summary>Whether a selector with matchLabels and matchExpressions (operator In) takes these labels; an empty one takes all.</summary>
    public static bool Matches(JsonNode selector, IReadOnlyDictionary<string, string> labels) =>
        IsSubset(selector["matchLabels"].Texts(), labels) && selector.Items("matchExpressions").All(expression =>
            expression.Text("operator") == "In"
                ? labels.TryGetValue(expression.Text("key")!, out var value) && expression.Items("values").Any(item => item.ToString() == value)
                : throw new NotSupportedException(expression.ToString()));

    public static bool IsSubset(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> labels) =>
        wanted.All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
