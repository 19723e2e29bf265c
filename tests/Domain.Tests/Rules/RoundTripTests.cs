using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using FsCheck;
using FsCheck.Fluent;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Tests.Rules;

internal sealed record Stored(string Name, Rule? Rule, ImmutableArray<Rule> More = default);

/// <summary>As stored records are written: source-generated, nulls left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Stored))]
internal sealed partial class StoredJson : JsonSerializerContext;

/// <summary>A rule is the same whichever form it goes through.</summary>
public sealed class RoundTripTests
{
    [Fact]
    [Trait("Requirement", "UG-02")]
    [Trait("Requirement", "UG-03")]
    public void A_rule_is_the_same_after_its_text_its_JSON_and_its_stored_form()
    {
        var (rules, shortEnough) = (0, 0);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Check).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
        Assert.True(rules > 2_000 && shortEnough > 1_500, $"Only {rules} and {shortEnough} of the rules were tried.");

        void Check(int seed)
        {
            var scope = seed % 2 == 0 ? RuleScope.Device : RuleScope.UserGroup;
            var rule = new RandomRules(seed, scope).Next();
            if (NodesOf(rule) > RuleLimits.NodesMax)
                return;
            rules++;
            Assert.Equal(rule, RuleCheck.Check(rule, SampleAttributes.Table, scope));
            Assert.Equal(rule, RuleJson.Parse(RuleJson.ToElement(rule, SampleAttributes.Table), SampleAttributes.Table, scope));
            var stored = Reread(new Stored("x", rule, [rule]));
            Assert.Equal(rule, stored.Rule);
            Assert.Equal(rule, Assert.Single(stored.More));
            var text = RuleText.Print(rule, SampleAttributes.Table);
            if (text.Length > RuleLimits.TextLengthMax)
                return;
            shortEnough++;
            Assert.Equal(rule, RuleText.Parse(text, SampleAttributes.Table, scope));
            Assert.Equal(rule, RuleJson.Parse(JsonSerializer.SerializeToElement(text), SampleAttributes.Table, scope));
        }
    }

    [Fact]
    public void A_record_without_a_rule_has_none_after_it_was_stored() => Assert.Null(Reread(new Stored("x", null, [])).Rule);

    [Fact]
    [Trait("Requirement", "UG-02")]
    public void Whatever_is_typed_is_refused_or_printed_and_read_again_as_the_same()
    {
        string[] words =
        [
            "and", "or", "not", "in", "is", "(", ")", ",", "user group", "device group", "nurses", "\"nurses\"", "floor", "floor = 1", "isNobody",
            "department is \"a\"", "department", "\"", "\\", "≤", "<", "17.0", "osVersion", "within", "7", "days", "starts with", "always", "never", "true",
        ];
        var read = 0;
        var typed = Gen.Elements(words).ArrayOf().Where(words => words.Length < 12).Select(words => string.Join(' ', words));
        Prop.ForAll(typed.ToArbitrary(), text =>
        {
            if (Read(text) is not { } rule)
                return;
            read++;
            Assert.Equal(rule, Read(RuleText.Print(rule, SampleAttributes.Table)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
        Assert.True(read > 200, $"Only {read} texts were rules.");
    }

    private static Rule? Read(string text)
    {
        try
        {
            return RuleText.Parse(text, SampleAttributes.Table, RuleScope.Device);
        }
        catch (RuleException refused)
        {
            Assert.StartsWith("At column ", refused.Message, StringComparison.Ordinal);
            return null;
        }
    }

    private static Stored Reread(Stored record) =>
        JsonSerializer.Deserialize(JsonSerializer.Serialize(record, StoredJson.Default.Stored), StoredJson.Default.Stored)!;

    private static int NodesOf(Rule rule) => 1 + rule switch
    {
        Rule.AllOf all => all.Rules.Sum(NodesOf),
        Rule.AnyOf any => any.Rules.Sum(NodesOf),
        Rule.Not not => NodesOf(not.Inner),
        _ => 0,
    };
}
