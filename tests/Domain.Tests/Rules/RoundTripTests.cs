using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Tests.Rules;

/// <summary>A rule is the same whichever form it goes through.</summary>
public sealed class RoundTripTests
{
    private sealed record Holder(string Name, Rule? Rule);

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
            Assert.Equal(rule, JsonSerializer.Deserialize<Holder>(JsonSerializer.Serialize(new Holder("x", rule)))!.Rule);
            var text = RuleText.Print(rule, SampleAttributes.Table);
            if (text.Length > RuleLimits.TextLengthMax)
                return;
            shortEnough++;
            Assert.Equal(rule, RuleText.Parse(text, SampleAttributes.Table, scope));
            Assert.Equal(rule, RuleJson.Parse(JsonSerializer.SerializeToElement(text), SampleAttributes.Table, scope));
        }
    }

    [Fact]
    public void A_record_without_a_rule_has_none_after_it_was_stored() =>
        Assert.Null(JsonSerializer.Deserialize<Holder>(JsonSerializer.Serialize(new Holder("x", null)))!.Rule);

    private static int NodesOf(Rule rule) => 1 + rule switch
    {
        Rule.AllOf all => all.Rules.Sum(NodesOf),
        Rule.AnyOf any => any.Rules.Sum(NodesOf),
        Rule.Not not => NodesOf(not.Inner),
        _ => 0,
    };
}
