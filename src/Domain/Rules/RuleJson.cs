using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>
/// The JSON form of the API: <c>{"all":[…]}</c>, <c>{"any":[…]}</c>, <c>{"not":{…}}</c>,
/// <c>{"attribute":"osVersion","op":"gte","value":"17.0"}</c>, <c>{"userGroup":"nurses"}</c>, <c>{"deviceGroup":"ward-3"}</c>; attributes go by name.
/// </summary>
public static class RuleJson
{
    /// <summary>The rule of an object, or of a text in the one-line form; typed and in one form, its groups not yet looked up.</summary>
    /// <exception cref="RuleException">Says the JSON path, or the column, and what was expected there.</exception>
    public static Rule Parse(JsonElement json, AttributeTable attributes, RuleScope scope)
    {
        if (json.ValueKind != JsonValueKind.Undefined && JsonMarshal.GetRawUtf8Value(json).Length > RuleLimits.JsonBytesMax)
            throw new RuleException(RuleFault.TooLarge, $"A rule as JSON has at most {RuleLimits.JsonBytesMax} bytes.");
        return json.ValueKind == JsonValueKind.String
            ? RuleText.Parse(RuleJsonReader.Unescaped(json, new RulePlace.Root()), attributes, scope)
            : new RuleJsonReader(new CheckedNodes(attributes, scope)).Read(json);
    }

    public static void Write(Utf8JsonWriter json, Rule rule, AttributeTable attributes) => new RuleJsonWriter(json, attributes).Write(rule);

    public static JsonElement ToElement(Rule rule, AttributeTable attributes)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            Write(json, rule, attributes);
        return JsonElement.Parse(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}

/// <summary>Rules in stored records: the JSON form with the attributes' ids and every value as a text.</summary>
public sealed class RuleJsonConverter : JsonConverter<Rule>
{
    /// <exception cref="JsonException">The stored rule is none.</exception>
    public override Rule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return new RuleJsonReader(new StoredNodes()).Read(JsonElement.ParseValue(ref reader));
        }
        catch (RuleException refused)
        {
            throw new JsonException(refused.Message, refused);
        }
    }

    public override void Write(Utf8JsonWriter writer, Rule value, JsonSerializerOptions options) =>
        new RuleJsonWriter(writer, attributes: null).Write(value);
}
