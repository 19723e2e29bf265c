using System.Collections.Immutable;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Policies;

namespace Mdm.Fleet.Domain.Tests.Policies;

/// <summary>How devices stand to typed rules.</summary>
public sealed class ComplianceTests
{
    private static readonly PolicyRule Ios17 = new PolicyRule.RequiredOs(Platform.IOS, "17.4");

    [Theory]
    [InlineData("iPad13,1", "17.4", "Compliant")]
    [InlineData("iPad13,1", "17.4.0.1", "Compliant")]
    [InlineData("iPad13,1", "18", "Compliant")]
    [InlineData("iPad13,1", "17.10", "Compliant")]
    [InlineData("iPad13,1", "17.3.9", "Violated")]
    [InlineData("iPad13,1", "9.9", "Violated")]
    [InlineData("iPad13,1", null, "Unknown")]
    [InlineData("iPad13,1", "17.4 beta", "Unknown")]
    [InlineData("MacBookPro18,3", "14.1", "Compliant")]
    [Trait("Requirement", "UG-13")]
    public void A_required_version_compares_numbers_and_concerns_its_platform_alone(string product, string? version, string expected) =>
        Assert.Equal(expected, Judge(new DeviceFacts(ProductName: product, OsVersion: version), null, Ios17).GetType().Name);

    [Theory]
    [InlineData(AppsMode.Deny, true, "games.chess", "Violated")]
    [InlineData(AppsMode.Deny, true, "Games.Chess", "Violated")]
    [InlineData(AppsMode.Deny, true, "work.chart", "Compliant")]
    [InlineData(AppsMode.Deny, false, "work.chart", "Unknown")]
    [InlineData(AppsMode.Deny, false, "games.chess", "Violated")]
    [InlineData(AppsMode.Allow, true, "games.chess", "Compliant")]
    [InlineData(AppsMode.Allow, true, "work.chart", "Violated")]
    [InlineData(AppsMode.Allow, true, null, "Compliant")]
    [Trait("Requirement", "UG-13")]
    public void Apps_are_allowed_or_denied_by_their_identifiers(AppsMode mode, bool complete, string? installed, string expected)
    {
        var apps = new InstalledApps(installed is null ? [] : [installed], complete);
        Assert.Equal(expected, Judge(DeviceFacts.None, apps, new PolicyRule.AllowedApps(mode, ["games.chess"])).GetType().Name);
    }

    [Fact]
    [Trait("Requirement", "UG-13")]
    public void A_broken_rule_counts_whatever_cannot_be_told_of_the_others()
    {
        var apps = new PolicyRule.AllowedApps(AppsMode.Deny, ["games.chess"]);
        var old = new DeviceFacts(OsVersion: "16.0");
        var violated = Assert.IsType<Compliance.Violated>(Judge(old, null, Ios17, apps));
        Assert.Equal("The system is 16.0; at least 17.4 is required.", Assert.Single(violated.Reasons));
        Assert.Single(Assert.IsType<Compliance.Unknown>(Judge(old with { OsVersion = "17.4" }, null, Ios17, apps)).Reasons);
        Assert.Equal(2, Assert.IsType<Compliance.Violated>(Judge(old, new InstalledApps(["games.chess"], true), Ios17, apps)).Reasons.Length);
    }

    [Fact]
    public void Reasons_are_bounded()
    {
        ImmutableHashSet<string> many = [.. Enumerable.Range(0, 300).Select(number => $"app.number{number}")];
        var reasons = Assert.IsType<Compliance.Violated>(Judge(DeviceFacts.None, new InstalledApps(many, true), new PolicyRule.AllowedApps(AppsMode.Allow, []))).Reasons;
        Assert.Equal((21, "280 more apps are not allowed."), (reasons.Length, reasons[^1]));
    }

    private static Compliance Judge(DeviceFacts facts, InstalledApps? apps, params ImmutableArray<PolicyRule> rules) => Compliance.Of(new Policy(rules), facts, apps);
}
