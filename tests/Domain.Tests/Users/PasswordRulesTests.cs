using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Tests.Users;

/// <summary>What a new password must be.</summary>
[Trait("Requirement", "UG-01")]
public sealed class PasswordRulesTests
{
    private static readonly UserName Anna = UserName.Parse("anna");

    [Theory]
    [InlineData("tulips-i")]
    [InlineData("チューリップの春")]
    public void Eight_characters_are_enough_by_default(string password) => Assert.Empty(PasswordRules.Default.Check(password, Anna));

    [Fact]
    public void Characters_are_counted_and_not_their_halves()
    {
        Assert.Equal(PasswordFaultKind.TooShort, Only(PasswordRules.Default, "🌷🌷🌷🌷🌷🌷🌷").Kind);
        Assert.Empty(PasswordRules.Default.Check("🌷🌷🌷🌷🌷🌷🌷🌷", Anna));
        Assert.Equal(PasswordFaultKind.TooLong, Only(PasswordRules.Default, new string('x', 1_025)).Kind);
        Assert.Empty(PasswordRules.Default.Check(new string('x', 1_024), Anna));
    }

    [Theory]
    [InlineData("ANNA-2026-spring", "anna", true)]
    [InlineData("spring-of-xanna", "anna", true)]
    [InlineData("spring-2026", "an", false)]
    public void The_user_name_is_no_part_of_it_unless_it_is_too_short_to_tell(string password, string name, bool isRefused) =>
        Assert.Equal(isRefused, PasswordRules.Default.Check(password, UserName.Parse(name)).Any(fault => fault.Kind == PasswordFaultKind.UserName));

    [Theory]
    [InlineData("abcdefgh", "Upper Digits Symbols Classes")]
    [InlineData("ABCdefgh", "Digits Symbols Classes")]
    [InlineData("ABC1efgh", "Digits Symbols")]
    [InlineData("AB12 efg", "")]
    [InlineData("A1", "TooShort Lower Digits Symbols Classes")]
    public void Every_rule_that_is_broken_is_named(string password, string kinds)
    {
        var rules = new PasswordRules(LengthMin: 8, Lower: 1, Upper: 1, Digits: 2, Symbols: 1, Classes: 3);
        Assert.Equal(kinds, string.Join(' ', rules.Check(password, Anna).Select(fault => fault.Kind)));
    }

    [Fact]
    public void All_rules_can_be_told_before_a_password_is_chosen()
    {
        Assert.Equal([PasswordFaultKind.TooShort, PasswordFaultKind.UserName], PasswordRules.Default.All().Select(rule => rule.Kind));
        Assert.Equal(7, new PasswordRules(8, 1, 1, 1, 1, 3).All().Length);
        Assert.All(Enum.GetValues<PasswordFaultKind>(), kind => Assert.NotEmpty(new PasswordFault(kind, 2).Message));
    }

    [Fact]
    public void An_empty_password_is_never_taken() => Assert.Equal(1, Only(new PasswordRules(LengthMin: 0), "").Count);

    private static PasswordFault Only(PasswordRules rules, string password) => Assert.Single(rules.Check(password, Anna));
}
