using System.Text.Json;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Tests.Rules;

/// <summary>A rule that is made to exhaust the reader is refused before it is read far.</summary>
public sealed class HostileRuleTests
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1_000_000 };

    [Theory]
    [Trait("Requirement", "UG-02")]
    [InlineData("(", 100_000, "")]
    [InlineData("not ", 100_000, "isNobody")]
    [InlineData("floor = 1 and ", 100_000, "floor = 1")]
    [InlineData("(", 8_000, "")]
    [InlineData("not ", 2_000, "isNobody")]
    [InlineData("not (", 17, "")]
    [InlineData("(", RuleLimits.DepthMax, "isNobody")]
    [InlineData("not ", RuleLimits.DepthMax, "isNobody")]
    [InlineData("isNobody or ", 256, "isNobody")]
    [InlineData("floor is not 1 and ", 128, "floor = 1")]
    [InlineData("\"", 1_000_000, "")]
    [InlineData(" ", 1_000_000, "isNobody")]
    public void Too_much_of_anything_in_one_line_is_too_large(string repeated, int count, string last)
    {
        var text = string.Concat(Enumerable.Repeat(repeated, count)) + last;

        Assert.Equal(RuleFault.TooLarge, Refused(text).Fault);
        Assert.Equal(RuleFault.TooLarge, RefusedJson(JsonSerializer.Serialize(text)).Fault);
    }

    [Theory]
    [InlineData("(", RuleLimits.DepthMax - 1, "isNobody", ")")]
    [InlineData("not ", RuleLimits.DepthMax - 1, "isNobody", "")]
    [InlineData("isNobody or ", 254, "isNobody", "")]
    public void What_is_just_within_the_bounds_is_read(string repeated, int count, string last, string closing)
    {
        var text = string.Concat(Enumerable.Repeat(repeated, count)) + last + string.Concat(Enumerable.Repeat(closing, count));
        var rule = RuleText.Parse(text, SampleAttributes.Table, RuleScope.Device);
        Assert.Equal(rule, RuleJson.Parse(RuleJson.ToElement(rule, SampleAttributes.Table), SampleAttributes.Table, RuleScope.Device));
    }

    [Fact]
    public void Ands_and_ors_count_as_levels_though_they_need_no_parenthesis() => Assert.Equal(
        "At column 1: a rule nests at most 16 levels deep.",
        Refused(string.Concat(Enumerable.Repeat("isNobody or isNobody and (", 8)) + "isNobody" + new string(')', 8)).Message);

    [Fact]
    [Trait("Requirement", "UG-02")]
    public void A_list_of_values_ends_at_its_bound()
    {
        var values = string.Join(", ", Enumerable.Repeat("\"a\"", 256));
        Assert.NotNull(RuleText.Parse($"department in ({values})", SampleAttributes.Table, RuleScope.Device));
        Assert.Equal("At column 1296: in takes at most 256 values.", Refused($"department in ({values}, \"a\")").Message);
        Assert.Equal("At $.values: in takes at most 256 values.", RefusedJson($$"""{"attribute":"department","op":"in","values":[{{values}},"a"]}""").Message);
    }

    [Fact]
    public void A_value_ends_at_its_bound()
    {
        Assert.NotNull(RuleText.Parse($"department is \"{new string('a', 256)}\"", SampleAttributes.Table, RuleScope.Device));
        Assert.Equal("At column 15: a value has at most 256 characters.", Refused($"department is \"{new string('a', 257)}\"").Message);
        Assert.Equal(RuleFault.Value, Refused($"floor = {new string('1', 8_000)}").Fault);
        Assert.Equal(RuleFault.Value, Refused($"floor = {new string('1', 29)}").Fault);
        Assert.Equal(RuleFault.Value, Refused($"osVersion = {string.Join('.', Enumerable.Repeat("1", 9))}").Fault);
        Assert.Equal(RuleFault.Value, RefusedJson($$"""{"attribute":"floor","op":"eq","value":{{new string('9', 60_000)}}}""").Fault);
    }

    [Theory]
    [Trait("Requirement", "UG-03")]
    [InlineData("""{"not":""", "}", 17)]
    [InlineData("""{"not":""", "}", 5_000)]
    [InlineData("""{"all":[""", "]}", 5_000)]
    [InlineData("""{"all":[""", "]}", 17)]
    public void Deep_JSON_is_too_large(string opening, string closing, int depth)
    {
        var json = string.Concat(Enumerable.Repeat(opening, depth)) + """{"userGroup":"a"}""" + string.Concat(Enumerable.Repeat(closing, depth));
        using var document = JsonDocument.Parse(json, Deep);

        Assert.Equal(RuleFault.TooLarge, Assert.Throws<RuleException>(() => RuleJson.Parse(document.RootElement, SampleAttributes.Table, RuleScope.Device)).Fault);
    }

    [Fact]
    public void Deep_JSON_is_not_even_read_where_a_request_or_a_record_is() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Rule>(string.Concat(Enumerable.Repeat("{\"not\":", 100_000))));

    [Fact]
    public void Broad_JSON_is_too_large()
    {
        var many = string.Join(',', Enumerable.Repeat("""{"userGroup":"a"}""", 256));
        Assert.Equal("At $: a rule has at most 256 parts.", RefusedJson($$"""{"all":[{{many}}]}""").Message);
        Assert.Equal("At $.all: a rule has at most 256 parts.", RefusedJson($$"""{"all":[{{many}},{"userGroup":"a"}]}""").Message);
        Assert.Equal("A rule as JSON has at most 65536 bytes.", RefusedJson($$"""{"all":[{{new string(' ', 65_536)}}]}""").Message);
    }

    [Theory]
    [Trait("Requirement", "UG-02")]
    [InlineData("department is \"a\0b\"")]
    [InlineData("department is \"a\nb\"")]
    [InlineData("department is \"a\u0085b\"")]
    [InlineData("department is \"<high>\"")]
    [InlineData("department is \"<low><high>\"")]
    [InlineData("department in (\"a\", \"<low>\")")]
    public void Control_characters_and_half_characters_are_no_values(string text) => Assert.Equal(RuleFault.Value, Refused(Halves(text)).Fault);

    [Theory]
    [InlineData("floor = 1\0")]
    [InlineData("\0")]
    [InlineData("<high>")]
    [InlineData("floor<low> = 1")]
    [InlineData("ﬂoor = 1")]
    public void A_strange_character_outside_quotes_has_no_place_and_is_not_echoed(string text)
    {
        var refused = Refused(Halves(text));
        Assert.Equal(RuleFault.Syntax, refused.Fault);
        Assert.DoesNotContain(refused.Message, c => char.IsControl(c) || char.IsSurrogate(c));
    }

    [Theory]
    [InlineData("""{"attribute":"department","op":"is","value":"\u0000"}""", RuleFault.Value)]
    [InlineData("""{"attribute":"department","op":"is","value":"\ud800"}""", RuleFault.Value)]
    [InlineData("""{"attribute":"\ud800","op":"is","value":"a"}""", RuleFault.Value)]
    [InlineData("""{"attribute":"department","op":"\ud800","value":"a"}""", RuleFault.Value)]
    [InlineData("""{"userGroup":"\udc00"}""", RuleFault.Value)]
    [InlineData("""{"\ud800":1}""", RuleFault.Value)]
    [InlineData("\"\\ud800\"", RuleFault.Value)]
    [InlineData("""{"attribute":"floor","op":"eq","value":1e400}""", RuleFault.Value)]
    public void JSON_with_such_characters_is_refused_too(string json, RuleFault fault) => Assert.Equal(fault, RefusedJson(json).Fault);

    /// <summary>Test names cannot hold half of a surrogate pair.</summary>
    private static string Halves(string text) => text.Replace("<high>", "\ud83d", StringComparison.Ordinal).Replace("<low>", "\udc00", StringComparison.Ordinal);

    private static RuleException Refused(string text) =>
        Assert.Throws<RuleException>(() => RuleText.Parse(text, SampleAttributes.Table, RuleScope.Device));

    private static RuleException RefusedJson(string json) =>
        Assert.Throws<RuleException>(() => RuleJson.Parse(JsonElement.Parse(json), SampleAttributes.Table, RuleScope.Device));
}
