using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Tests.Rules;

/// <summary>The one-line form, as an admin types it and reads it again.</summary>
public sealed class RuleTextTests
{
    [Theory]
    [Trait("Requirement", "UG-02")]
    [Trait("Requirement", "UG-03")]
    [InlineData("department is \"Surgery\"")]
    [InlineData("department is not \"Surgery\"")]
    [InlineData("department is \"\"")]
    [InlineData("email starts with \"a\"")]
    [InlineData("displayName contains \"x \\\"y\\\" \\\\\"")]
    [InlineData("model in (\"iPad13,1\", \"iPad14,1\")")]
    [InlineData("not model in (\"iPad13,1\")")]
    [InlineData("floor < 3")]
    [InlineData("floor <= 3")]
    [InlineData("floor = 3")]
    [InlineData("floor >= -1.5")]
    [InlineData("floor > 3")]
    [InlineData("floor in (1, 2)")]
    [InlineData("osVersion >= 17.0")]
    [InlineData("osVersion in (17.0, 17.0.3)")]
    [InlineData("enrolledAt within 7 days")]
    [InlineData("supervised is true")]
    [InlineData("supervised is false")]
    [InlineData("in user group \"nurses\"")]
    [InlineData("in device group \"ward-3\"")]
    [InlineData("\"In\" is \"x\"")]
    [InlineData("always")]
    [InlineData("never or not always")]
    [InlineData("department is \"Surgery\" and (floor >= 3 or in user group \"nurses\") and not isNobody is true")]
    [InlineData("isNobody is true and (floor = 1 and floor = 2) and not (floor = 3 or floor = 4)")]
    [InlineData("floor = 1 or floor = 2 and not not floor = 3")]
    public void What_is_printed_is_what_was_typed(string text) => Assert.Equal(text, Print(text));

    [Theory]
    [InlineData("isNobody", "isNobody is true")]
    [InlineData("not isNobody", "not isNobody is true")]
    [InlineData("(isNobody)", "isNobody is true")]
    [InlineData("isNobody is not true", "not isNobody is true")]
    [InlineData("isNobody = FALSE", "isNobody is false")]
    [InlineData("DEPARTMENT IS NOT \"a\" AND Floor≥03.50", "department is not \"a\" and floor >= 3.5")]
    [InlineData("floor≤3 OR floor<=3", "floor <= 3 or floor <= 3")]
    [InlineData("floor is 3", "floor = 3")]
    [InlineData("floor == \"3\"", "floor = 3")]
    [InlineData("floor is not 3", "not floor = 3")]
    [InlineData("osVersion != 17.0", "not osVersion = 17.0")]
    [InlineData("department = \"a\"", "department is \"a\"")]
    [InlineData("department != \"a\"", "department is not \"a\"")]
    [InlineData("department not in (\"a\",\"b\")", "not department in (\"a\", \"b\")")]
    [InlineData("not in user group nurses", "not in user group \"nurses\"")]
    [InlineData("enrolledAt within 1 day", "enrolledAt within 1 days")]
    [InlineData("floor=1 or floor=2 and floor=3", "floor = 1 or floor = 2 and floor = 3")]
    [InlineData("floor = 1 and ((floor = 2) and floor = 3)", "floor = 1 and (floor = 2 and floor = 3)")]
    [InlineData("  \"department\"\tis \"a\"  ", "department is \"a\"")]
    public void What_is_typed_another_way_is_printed_one_way(string typed, string printed)
    {
        Assert.Equal(printed, Print(typed));
        Assert.Equal(printed, Print(printed));
    }

    [Fact]
    public void Not_binds_tighter_than_and_and_and_tighter_than_or()
    {
        Rule.Compare Floor(string value) => new(SampleAttributes.Floor.Id, Comparison.Equal, [value]);

        Assert.Equal(
            new Rule.AnyOf([Floor("1"), new Rule.AllOf([new Rule.Not(Floor("2")), Floor("3")])]),
            RuleText.Parse("floor = 1 or not floor = 2 and floor = 3", SampleAttributes.Table, RuleScope.Device));
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public void A_renamed_attribute_is_read_and_printed_by_its_new_name_and_kept_by_its_id()
    {
        var rule = RuleText.Parse("department is \"Surgery\"", SampleAttributes.Table, RuleScope.UserGroup);
        Assert.Equal(new Rule.Compare(AttributeId.Parse("dept"), Comparison.Is, ["Surgery"]), rule);

        AttributeTable renamed = new([SampleAttributes.Department with { Name = "unit" }]);
        Assert.Equal("unit is \"Surgery\"", RuleText.Print(rule, renamed));
        Assert.Equal(rule, RuleText.Parse("unit is \"Surgery\"", renamed, RuleScope.UserGroup));
    }

    [Fact]
    public void What_a_rule_asks_for_is_found_anywhere_in_it()
    {
        var uses = RuleUses.Of(RuleText.Parse(
            "not (in user group a or in device group b and floor in (1, 2)) and (model is \"x\" or in user group c)", SampleAttributes.Table, RuleScope.Device));

        Assert.Equal(["floor", "model"], uses.Attributes.Select(id => id.Value).Order());
        Assert.Equal(["a", "c"], uses.UserGroups.Select(id => id.Value).Order());
        Assert.Equal([GroupId.Parse("b")], uses.DeviceGroups);
    }

    [Fact]
    public void A_group_that_is_not_there_is_refused_by_name()
    {
        var rule = RuleText.Parse("in user group nurses and in device group ward-3", SampleAttributes.Table, RuleScope.Device);
        RuleCheck.Groups(rule, group => group.Value == "nurses", group => group.Value == "ward-3");

        Assert.Equal("There is no user group nurses.", Unknown(user: false, device: true));
        Assert.Equal("There is no device group ward-3.", Unknown(user: true, device: false));

        string Unknown(bool user, bool device)
        {
            var refused = Assert.Throws<RuleException>(() => RuleCheck.Groups(rule, _ => user, _ => device));
            Assert.Equal(RuleFault.UnknownGroup, refused.Fault);
            return refused.Message;
        }
    }

    private static string Print(string text) => RuleText.Print(RuleText.Parse(text, SampleAttributes.Table, RuleScope.Device), SampleAttributes.Table);
}
