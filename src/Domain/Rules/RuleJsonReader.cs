using System.Collections.Immutable;
using System.Text.Json;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>Reads the JSON form into rules of the kind that <paramref name="nodes"/> makes.</summary>
internal sealed class RuleJsonReader(RuleNodes nodes)
{
    private const string Forms = "expected one of all, any, not, attribute with op and value, userGroup and deviceGroup";

    private static readonly string[] Members = ["all", "any", "not", "attribute", "op", "value", "values", "userGroup", "deviceGroup"];

    public Rule Read(JsonElement element)
    {
        var root = new RulePlace.Root();
        return RuleNodes.Finish(Read(element, root, 1), root);
    }

    private Rule Read(JsonElement element, RulePlace at, int depth)
    {
        RuleNodes.CheckDepth(depth, at);
        var members = MembersOf(element, at);
        return members switch
        {
            { Count: 1 } when members.TryGetValue("all", out var all) => nodes.All(Each(all, new RulePlace.Member(at, "all"), depth), at),
            { Count: 1 } when members.TryGetValue("any", out var any) => nodes.Any(Each(any, new RulePlace.Member(at, "any"), depth), at),
            { Count: 1 } when members.TryGetValue("not", out var not) => nodes.Not(Read(not, new RulePlace.Member(at, "not"), depth + 1), at),
            { Count: 1 } when members.TryGetValue("userGroup", out var group) =>
                nodes.UserGroup(Text(group, at, "userGroup"), new RulePlace.Member(at, "userGroup")),
            { Count: 1 } when members.TryGetValue("deviceGroup", out var group) =>
                nodes.DeviceGroup(Text(group, at, "deviceGroup"), new RulePlace.Member(at, "deviceGroup")),
            { Count: 3 } when members.TryGetValue("attribute", out var attribute) && members.TryGetValue("op", out var op) =>
                Compare(attribute, op, members, at),
            _ => throw at.Refuse(RuleFault.Syntax, $"{Forms}."),
        };
    }

    private ImmutableArray<Rule> Each(JsonElement list, RulePlace at, int depth)
    {
        if (list.ValueKind != JsonValueKind.Array)
            throw at.Refuse(RuleFault.Syntax, "expected a list of rules.");
        if (list.GetArrayLength() > RuleLimits.NodesMax)
            throw at.Refuse(RuleFault.TooLarge, $"a rule has at most {RuleLimits.NodesMax} parts.");
        return [.. list.EnumerateArray().Select((inner, i) => Read(inner, new RulePlace.Element(at, i), depth + 1))];
    }

    private Rule Compare(JsonElement attribute, JsonElement op, Dictionary<string, JsonElement> members, RulePlace at)
    {
        var opAt = new RulePlace.Member(at, "op");
        var name = Text(op, at, "op");
        var comparison = RuleWords.Named(name)
            ?? throw opAt.Refuse(
                RuleFault.Syntax,
                $"expected is, isNot, startsWith, contains, in, lt, lte, eq, gte, gt or withinDays, not {RulePlace.Short(name)}.");
        var attributeAt = new RulePlace.Member(at, "attribute");
        return nodes.Compare(Text(attribute, at, "attribute"), attributeAt, comparison, opAt, Values(comparison, members, at));
    }

    private static ImmutableArray<RuleValue> Values(Comparison comparison, Dictionary<string, JsonElement> members, RulePlace at)
    {
        if (comparison != Comparison.In)
            return members.TryGetValue("value", out var value)
                ? [Value(value, new RulePlace.Member(at, "value"))]
                : throw at.Refuse(RuleFault.Syntax, "this comparison takes value; only in takes values.");
        var listAt = new RulePlace.Member(at, "values");
        if (!members.TryGetValue("values", out var list) || list.ValueKind != JsonValueKind.Array)
            throw at.Refuse(RuleFault.Syntax, "in takes values, a list.");
        RuleNodes.CheckValueCount(list.GetArrayLength(), listAt);
        return [.. list.EnumerateArray().Select((value, i) => Value(value, new RulePlace.Element(listAt, i)))];
    }

    private static RuleValue Value(JsonElement value, RulePlace at) => value.ValueKind switch
    {
        JsonValueKind.String => new(Unescaped(value, at), Quoted: true, at),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => new(value.GetRawText(), Quoted: false, at),
        _ => throw at.Refuse(RuleFault.Syntax, "expected a text, a number, true or false."),
    };

    private static string Text(JsonElement text, RulePlace at, string member) => text.ValueKind == JsonValueKind.String
        ? Unescaped(text, new RulePlace.Member(at, member))
        : throw new RulePlace.Member(at, member).Refuse(RuleFault.Syntax, "expected a text.");

    /// <exception cref="RuleException">The text has an escape for half a character, which no text can hold.</exception>
    internal static string Unescaped(JsonElement text, RulePlace at) => Whole(() => text.GetString()!, at);

    /// <summary>The reader throws for an escape of half a character only when the text is asked for.</summary>
    private static T Whole<T>(Func<T> read, RulePlace at)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw at.Refuse(RuleFault.Value, "a text holds no half characters.");
        }
    }

    private static Dictionary<string, JsonElement> MembersOf(JsonElement element, RulePlace at)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw at.Refuse(RuleFault.Syntax, $"expected a rule, which is an object; {Forms}.");
        var members = new Dictionary<string, JsonElement>(3, StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var name = Whole(() => Array.Find(Members, name => member.NameEquals(name)), at)
                ?? throw at.Refuse(RuleFault.Syntax, $"a member has an unknown name; {Forms}.");
            if (!members.TryAdd(name, member.Value))
                throw at.Refuse(RuleFault.Syntax, $"{name} is given twice.");
        }

        return members;
    }
}
