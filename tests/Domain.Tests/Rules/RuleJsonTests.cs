using System.Text.Json;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Tests.Rules;

/// <summary>The JSON form, of the API and of stored records.</summary>
public sealed class RuleJsonTests
{
    [Theory]
    [Trait("Requirement", "UG-02")]
    [Trait("Requirement", "UG-03")]
    [InlineData("""{"attribute":"department","op":"is","value":"Surgery"}""", "department is \"Surgery\"")]
    [InlineData("""{"attribute":"department","op":"isNot","value":"Surgery"}""", "department is not \"Surgery\"")]
    [InlineData("""{"attribute":"department","op":"startsWith","value":"S"}""", "department starts with \"S\"")]
    [InlineData("""{"attribute":"department","op":"contains","value":"S"}""", "department contains \"S\"")]
    [InlineData("""{"attribute":"model","op":"in","values":["iPad13,1","iPad14,1"]}""", "model in (\"iPad13,1\", \"iPad14,1\")")]
    [InlineData("""{"attribute":"floor","op":"lt","value":3}""", "floor < 3")]
    [InlineData("""{"attribute":"floor","op":"in","values":[1,2.5]}""", "floor in (1, 2.5)")]
    [InlineData("""{"attribute":"floor","op":"lte","value":-3}""", "floor <= -3")]
    [InlineData("""{"attribute":"osVersion","op":"eq","value":"17.0"}""", "osVersion = 17.0")]
    [InlineData("""{"attribute":"osVersion","op":"gte","value":"17.0"}""", "osVersion >= 17.0")]
    [InlineData("""{"attribute":"osVersion","op":"gt","value":"17.0.3"}""", "osVersion > 17.0.3")]
    [InlineData("""{"attribute":"enrolledAt","op":"withinDays","value":7}""", "enrolledAt within 7 days")]
    [InlineData("""{"attribute":"supervised","op":"is","value":false}""", "supervised is false")]
    [InlineData("""{"userGroup":"nurses"}""", "in user group \"nurses\"")]
    [InlineData("""{"deviceGroup":"ward-3"}""", "in device group \"ward-3\"")]
    [InlineData("""{"not":{"any":[{"userGroup":"a"},{"userGroup":"b"}]}}""", "not (in user group \"a\" or in user group \"b\")")]
    [InlineData("""{"all":[]}""", "always")]
    public void Each_form_has_its_line_and_is_written_as_it_was_read(string json, string text)
    {
        var rule = Parse(json);

        Assert.Equal(text, RuleText.Print(rule, SampleAttributes.Table));
        Assert.Equal(json, RuleJson.ToElement(rule, SampleAttributes.Table).GetRawText());
        Assert.Equal(rule, Parse(JsonSerializer.Serialize(text)));
    }

    [Theory]
    [InlineData("""{"attribute":"Floor","op":"is","value":"03"}""", "floor = 3")]
    [InlineData("""{"attribute":"floor","op":"isNot","value":3}""", "not floor = 3")]
    [InlineData("""{"attribute":"osVersion","op":"gte","value":17.0}""", "osVersion >= 17.0")]
    [InlineData("""{"attribute":"supervised","op":"isNot","value":"TRUE"}""", "not supervised is true")]
    [InlineData("""{"any":[{"all":[{"userGroup":"nurses"}]}]}""", "in user group \"nurses\"")]
    public void What_is_given_another_way_is_kept_one_way(string json, string text) => Assert.Equal(text, RuleText.Print(Parse(json), SampleAttributes.Table));

    [Theory]
    [Trait("Requirement", "UG-02")]
    [InlineData("3", RuleFault.Syntax, "At $: expected a rule, which is an object; expected one of all, any, not, attribute with op and value, userGroup and deviceGroup.")]
    [InlineData("null", RuleFault.Syntax, "At $: expected a rule, which is an object; expected one of all, any, not, attribute with op and value, userGroup and deviceGroup.")]
    [InlineData("{}", RuleFault.Syntax, "At $: expected one of all, any, not, attribute with op and value, userGroup and deviceGroup.")]
    [InlineData("""{"all":[],"any":[]}""", RuleFault.Syntax, "At $: expected one of all, any, not, attribute with op and value, userGroup and deviceGroup.")]
    [InlineData("""{"all":[],"all":[]}""", RuleFault.Syntax, "At $: all is given twice.")]
    [InlineData("""{"none":[]}""", RuleFault.Syntax, "At $: a member has an unknown name; expected one of all, any, not, attribute with op and value, userGroup and deviceGroup.")]
    [InlineData("""{"all":{}}""", RuleFault.Syntax, "At $.all: expected a list of rules.")]
    [InlineData("""{"all":[{"userGroup":"a"},{"not":{"userGroup":3}}]}""", RuleFault.Syntax, "At $.all[1].not.userGroup: expected a text.")]
    [InlineData("""{"attribute":"floor","op":"≥","value":3}""", RuleFault.Syntax,
        "At $.op: expected is, isNot, startsWith, contains, in, lt, lte, eq, gte, gt or withinDays, not ≥.")]
    [InlineData("""{"attribute":"floor","op":"eq","values":[3]}""", RuleFault.Syntax, "At $: this comparison takes value; only in takes values.")]
    [InlineData("""{"attribute":"floor","op":"in","value":3}""", RuleFault.Syntax, "At $: in takes values, a list.")]
    [InlineData("""{"attribute":"floor","op":"in","values":[]}""", RuleFault.Value, "At $.op: in takes at least one value.")]
    [InlineData("""{"attribute":"floor","op":"in","values":[1,"x"]}""", RuleFault.Value,
        "At $.values[1]: floor is a number: expected a number such as 3 or -1.5, not x.")]
    [InlineData("""{"attribute":"floor","op":"eq","value":null}""", RuleFault.Syntax, "At $.value: expected a text, a number, true or false.")]
    [InlineData("""{"attribute":"department","op":"is","value":3}""", RuleFault.Value, "At $.value: department is a text: expected a text in quotes, not 3.")]
    [InlineData("""{"attribute":"department","op":"lt","value":"a"}""", RuleFault.Comparison,
        "At $.op: department is a text: expected is, is not, starts with, contains or in.")]
    [InlineData("""{"attribute":"nothing","op":"is","value":"a"}""", RuleFault.UnknownAttribute, "At $.attribute: there is no attribute nothing.")]
    [InlineData("""{"attribute":"lastSeen","op":"withinDays","value":7}""", RuleFault.ForbiddenAttribute,
        "At $.attribute: lastSeen filters lists only: a device that comes and goes would gain and lose what it has.")]
    [InlineData("\"floor = \"", RuleFault.Syntax, "At column 9: expected a value: a number, not the end.")]
    public void The_message_has_the_path_and_what_was_expected(string json, RuleFault fault, string message)
    {
        var refused = Assert.Throws<RuleException>(() => Parse(json));
        Assert.Equal((fault, message), (refused.Fault, refused.Message));
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public void A_stored_rule_says_ids_and_so_outlives_a_new_name()
    {
        var rule = Parse("""{"all":[{"attribute":"department","op":"is","value":"Surgery"},{"attribute":"floor","op":"in","values":[1,2]}]}""");

        Assert.Equal(
            """{"all":[{"attribute":"dept","op":"is","value":"Surgery"},{"attribute":"floor","op":"in","values":["1","2"]}]}""",
            JsonSerializer.Serialize(rule));
    }

    [Theory]
    [InlineData("""{"attribute":"not an id","op":"is","value":"a"}""")]
    [InlineData("""{"userGroup":"A B"}""")]
    [InlineData("[]")]
    public void A_stored_rule_that_is_none_is_refused_as_JSON(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Rule>(json));

    private static Rule Parse(string json) => RuleJson.Parse(JsonElement.Parse(json), SampleAttributes.Table, RuleScope.Device);
}
