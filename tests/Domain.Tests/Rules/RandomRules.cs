using System.Collections.Immutable;
using System.Globalization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Tests.Rules;

/// <summary>Rules by chance, in the one form that the parsers make, over all that a scope allows.</summary>
internal sealed class RandomRules(int seed, RuleScope scope)
{
    private static readonly string[] Texts =
        ["", "Surgery", "a \"quoted\" \\ word", "\\\"", "日本語 😀", "and not", "17.0", "true", "  spaces ", "${name}", "</string>", "é\u2028"];

    private static readonly string[] Numbers = ["0", "3", "-1.5", "1000000", "0.001", "-9999999999999999999999999999", "123456.789"];

    private static readonly string[] Versions = ["17", "17.0", "17.0.3", "0.0.0.1", "1.2.3.4.5.6.7.8", "999999999.1"];

    private readonly Random _chance = new(seed);

    private readonly AttributeDefinition[] _attributes =
    [
        .. SampleAttributes.Table.All.Where(attribute => attribute != BuiltInAttributes.LastSeen)
            .Where(attribute => scope == RuleScope.Device || attribute.Scope == AttributeScope.User),
    ];

    public Rule Next(int depth = 6) => _chance.Next(depth == 0 ? 3 : 7) switch
    {
        0 or 1 => Compare(Pick(_attributes)),
        2 => scope == RuleScope.Device && _chance.Next(2) == 0 ? new Rule.InDeviceGroup(Group()) : new Rule.InUserGroup(Group()),
        3 => new Rule.Not(Next(depth - 1)),
        4 or 5 => new Rule.AllOf(Inner(depth)),
        _ => new Rule.AnyOf(Inner(depth)),
    };

    private ImmutableArray<Rule> Inner(int depth) => _chance.Next(8) == 0 ? [] : Many(_chance.Next(2, 4), () => Next(depth - 1));

    private Rule.Compare Compare(AttributeDefinition attribute) => attribute.Type switch
    {
        AttributeType.Text => Text(attribute.Id, Pick([Comparison.Is, Comparison.IsNot, Comparison.StartsWith, Comparison.Contains, Comparison.In])),
        AttributeType.Number => Ordered(attribute.Id, Numbers),
        AttributeType.Version => Ordered(attribute.Id, Versions),
        AttributeType.Date => new Rule.Compare(attribute.Id, Comparison.WithinDays, [_chance.Next(3_651).ToString(CultureInfo.InvariantCulture)]),
        _ => new Rule.Compare(attribute.Id, Comparison.Is, [Pick(["true", "false"])]),
    };

    private Rule.Compare Text(AttributeId id, Comparison comparison) => comparison switch
    {
        Comparison.In => new(id, comparison, Many(_chance.Next(1, 5), () => Pick(Texts))),
        Comparison.StartsWith or Comparison.Contains => new(id, comparison, [Pick(Texts[1..])]),
        _ => new(id, comparison, [Pick(Texts)]),
    };

    private Rule.Compare Ordered(AttributeId id, string[] values) => _chance.Next(3) == 0
        ? new(id, Comparison.In, Many(_chance.Next(1, 5), () => Pick(values)))
        : new(id, Pick([Comparison.Less, Comparison.LessOrEqual, Comparison.Equal, Comparison.GreaterOrEqual, Comparison.Greater]), [Pick(values)]);

    private GroupId Group() => GroupId.Parse(Pick(["nurses", "ward-3", "1", "everyone", "user-group-with-a-long-name-0123456789"]));

    private T Pick<T>(T[] from) => from[_chance.Next(from.Length)];

    private static ImmutableArray<T> Many<T>(int count, Func<T> next)
    {
        var made = ImmutableArray.CreateBuilder<T>(count);
        while (made.Count < count)
            made.Add(next());
        return made.MoveToImmutable();
    }
}
