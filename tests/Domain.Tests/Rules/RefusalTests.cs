using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Tests.Rules;

/// <summary>A rule that is refused says where and what was expected.</summary>
public sealed class RefusalTests
{
    [Theory]
    [Trait("Requirement", "UG-02")]
    [InlineData("", RuleFault.Syntax, "At column 1: expected an attribute, in, not or an opening parenthesis, not the end.")]
    [InlineData("floor = 1 and", RuleFault.Syntax, "At column 14: expected an attribute, in, not or an opening parenthesis, not the end.")]
    [InlineData("floor = 1 and or floor = 2", RuleFault.Syntax, "At column 15: expected an attribute, in, not or an opening parenthesis, not or.")]
    [InlineData("(floor = 1", RuleFault.Syntax, "At column 11: expected and, or, or a closing parenthesis, not the end.")]
    [InlineData("floor = 1)", RuleFault.Syntax, "At column 10: expected and, or, or the end of the rule, not ).")]
    [InlineData("floor = 1 floor = 2", RuleFault.Syntax, "At column 11: expected and, or, or the end of the rule, not floor.")]
    [InlineData("department \"Surgery\"", RuleFault.Syntax, "At column 12: expected is, is not, starts with, contains or in after department, not \"Surgery\".")]
    [InlineData("department", RuleFault.Syntax, "At column 11: expected is, is not, starts with, contains or in after department, not the end.")]
    [InlineData("isNobody true", RuleFault.Syntax, "At column 10: expected is true or is false after isNobody, not true.")]
    [InlineData("department is", RuleFault.Syntax, "At column 14: expected a value: a text, not the end.")]
    [InlineData("department is Surgery", RuleFault.Value, "At column 15: department is a text: expected a text in quotes, not Surgery.")]
    [InlineData("department is \"Surgery", RuleFault.Syntax, "At column 15: this quote is not closed.")]
    [InlineData("department is \"a\\n\"", RuleFault.Syntax, "At column 17: expected \\\" or \\\\ : a backslash stands before a quote or another one.")]
    [InlineData("department is 'a'", RuleFault.Syntax, "At column 15: ' has no place in a rule; a text stands in quotes.")]
    [InlineData("department not \"a\"", RuleFault.Syntax, "At column 16: expected in after not, not \"a\".")]
    [InlineData("department starts \"a\"", RuleFault.Syntax, "At column 19: expected with after starts, not \"a\".")]
    [InlineData("department in \"a\"", RuleFault.Syntax, "At column 15: expected an opening parenthesis and the values after in, not \"a\".")]
    [InlineData("department in ()", RuleFault.Syntax, "At column 16: expected a value, not ).")]
    [InlineData("department in (\"a\" \"b\")", RuleFault.Syntax, "At column 20: expected a comma or a closing parenthesis, not \"b\".")]
    [InlineData("department starts with \"\"", RuleFault.Value, "At column 24: every text starts with and contains the empty text: expected at least one character.")]
    [InlineData("department contains \"\"", RuleFault.Value, "At column 21: every text starts with and contains the empty text: expected at least one character.")]
    [InlineData("in group nurses", RuleFault.Syntax, "At column 4: expected user group or device group after in, not group.")]
    [InlineData("in user nurses", RuleFault.Syntax, "At column 9: expected group, not nurses.")]
    [InlineData("in user group", RuleFault.Syntax, "At column 14: expected the group's id, not the end.")]
    [InlineData("in user group \"Nurses!\"", RuleFault.UnknownGroup, "At column 15: a group's id is 1 to 64 lower-case letters, digits or hyphens, not Nurses!.")]
    [InlineData("enrolledAt within 7", RuleFault.Syntax, "At column 20: expected days, not the end.")]
    [InlineData("enrolledAt within 3651 days", RuleFault.Value, "At column 19: enrolledAt is a date: expected a whole number of days, 0 to 3650, not 3651.")]
    [InlineData("enrolledAt within -1 days", RuleFault.Value, "At column 19: enrolledAt is a date: expected a whole number of days, 0 to 3650, not -1.")]
    [InlineData("enrolledAt is \"today\"", RuleFault.Comparison, "At column 12: enrolledAt is a date: expected within (7 days).")]
    [InlineData("department < \"a\"", RuleFault.Comparison, "At column 12: department is a text: expected is, is not, starts with, contains or in.")]
    [InlineData("department within 7 days", RuleFault.Comparison, "At column 12: department is a text: expected is, is not, starts with, contains or in.")]
    [InlineData("floor contains 3", RuleFault.Comparison, "At column 7: floor is a number: expected <, <=, =, >=, > or in.")]
    [InlineData("floor = three", RuleFault.Value, "At column 9: floor is a number: expected a number such as 3 or -1.5, not three.")]
    [InlineData("floor = 1.2.3", RuleFault.Value, "At column 9: floor is a number: expected a number such as 3 or -1.5, not 1.2.3.")]
    [InlineData("osVersion starts with \"17\"", RuleFault.Comparison, "At column 11: osVersion is a version: expected <, <=, =, >=, > or in.")]
    [InlineData("osVersion >= 17.", RuleFault.Value, "At column 14: osVersion is a version: expected a version such as 17.0.3, not 17..")]
    [InlineData("supervised > true", RuleFault.Comparison, "At column 12: supervised is true or false: expected is true or is false.")]
    [InlineData("supervised in (true)", RuleFault.Comparison, "At column 12: supervised is true or false: expected is true or is false.")]
    [InlineData("supervised is yes", RuleFault.Value, "At column 15: supervised is true or false: expected true or false, not yes.")]
    [InlineData("floors = 3", RuleFault.UnknownAttribute, "At column 1: there is no attribute floors.")]
    [InlineData("lastSeen within 7 days", RuleFault.ForbiddenAttribute, "At column 1: lastSeen filters lists only: a device that comes and goes would gain and lose what it has.")]
    public void The_message_has_the_column_and_what_was_expected(string text, RuleFault fault, string message)
    {
        var refused = Assert.Throws<RuleException>(() => RuleText.Parse(text, SampleAttributes.Table, RuleScope.Device));
        Assert.Equal((fault, message), (refused.Fault, refused.Message));
    }

    [Theory]
    [Trait("Requirement", "UG-02")]
    [InlineData("floor = 1 and osVersion >= 17", "At column 15: a user group's rule speaks of people: osVersion is an attribute of devices.")]
    [InlineData("floor = 1 and in device group ward-3", "At column 31: a user group's rule speaks of people: it takes user groups, no device groups.")]
    public void A_user_groups_rule_speaks_of_people_only(string text, string message)
    {
        var refused = Assert.Throws<RuleException>(() => RuleText.Parse(text, SampleAttributes.Table, RuleScope.UserGroup));
        Assert.Equal((RuleFault.Scope, message), (refused.Fault, refused.Message));
        var rule = RuleText.Parse(text, SampleAttributes.Table, RuleScope.Device);
        Assert.Equal(RuleFault.Scope, Assert.Throws<RuleException>(() => RuleCheck.Check(rule, SampleAttributes.Table, RuleScope.UserGroup)).Fault);
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public void A_rule_whose_attribute_is_gone_is_refused_and_still_printed()
    {
        var rule = RuleText.Parse("floor = 1 and ward is \"3\"", SampleAttributes.Table, RuleScope.Device);

        var refused = Assert.Throws<RuleException>(() => RuleCheck.Check(rule, new AttributeTable([SampleAttributes.Floor]), RuleScope.Device));

        Assert.Equal("At $.all[1]: there is no attribute ward any more.", refused.Message);
        Assert.Equal("floor = \"1\" and ward is \"3\"", RuleText.Print(rule, AttributeTable.BuiltIn));
    }
}
