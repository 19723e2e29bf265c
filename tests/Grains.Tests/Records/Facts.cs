using System.Text.Json.Nodes;

namespace Mdm.Fleet.Grains.Tests.Records;

/// <summary>What a value tells, as JSON.</summary>
internal static class Facts
{
    /// <summary>All of the first is in the second, which may hold more.</summary>
    public static void AssertHeld(JsonNode kept, JsonNode read, string path)
    {
        switch (kept)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                    if (value is not null)
                        AssertHeld(value, Assert.IsType<JsonObject>(read)[name] ?? throw new InvalidOperationException($"{path}.{name} is lost."), $"{path}.{name}");
                break;
            case JsonArray items:
                Assert.Equal(items.Count, Assert.IsType<JsonArray>(read).Count);
                for (var i = 0; i < items.Count; i++)
                    if (items[i] is { } item)
                        AssertHeld(item, read[i] ?? throw new InvalidOperationException($"{path}[{i}] is lost."), $"{path}[{i}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(kept, read), $"{path} was {kept}, is {read}.");
                break;
        }
    }
}
