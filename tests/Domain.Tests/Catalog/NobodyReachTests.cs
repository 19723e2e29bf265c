using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Tests.Catalog;

/// <summary>The warning of the built-in sign-in: exactly when no device of nobody's can have it (MU-11, MU-12).</summary>
public sealed class NobodyReachTests
{
    private static readonly AttributeDefinition Team = new(AttributeId.Parse("team"), "team", AttributeScope.User, AttributeType.Text);
    private static readonly AttributeDefinition Floor = new(AttributeId.Parse("floor"), "floor", AttributeScope.Device, AttributeType.Number);

    private static readonly CatalogSnapshot Catalog = Snapshot();

    [Theory]
    [InlineData("isNobody", true)]
    [InlineData("not isNobody", false)]
    [InlineData("team is \"blue\" and osVersion >= 17", true)]
    [InlineData("team is \"red\" or email is not \"\"", false)]
    [InlineData("in user group \"blue\"", true)]
    [InlineData("in user group \"red\"", false)]
    [InlineData("in user group \"everyone\"", true)]
    [InlineData("in device group \"held\"", false)]
    [InlineData("not in device group \"held\"", true)]
    [InlineData("in device group \"ward\" and not in device group \"ward\"", false)]
    [InlineData("in device group \"ward\" and not in device group \"other\"", true)]
    [InlineData("supervised and not supervised", false)]
    [InlineData("not supervised is true and not supervised is false", true)]
    [InlineData("osVersion >= 17 and osVersion < 16.4", false)]
    [InlineData("osVersion > 17 and osVersion < 17.0.1", true)]
    [InlineData("not osVersion >= 17 and not osVersion < 17", true)]
    [InlineData("floor > 3 and floor < 4", true)]
    [InlineData("floor > 3 and floor < 3", false)]
    [InlineData("floor in (1, 2) and not floor = 1 and not floor = 2", false)]
    [InlineData("model is \"iPad\" and model is \"iPhone\"", false)]
    [InlineData("model is \"iPad\" and model is not \"IPAD\"", false)]
    [InlineData("deviceName starts with \"Ward\" and deviceName contains \"cart\" and deviceName is not \"Ward\"", true)]
    [InlineData("deviceName starts with \"Ward\" and deviceName starts with \"Cart\"", false)]
    [InlineData("enrolledAt within 3 days and not enrolledAt within 5 days", false)]
    [InlineData("enrolledAt within 5 days and not enrolledAt within 3 days", true)]
    [InlineData("ownership is not \"company\" and ownership is not \"user\"", false)]
    [InlineData("platform contains \"mac\" and platform is not \"other\"", true)]
    [InlineData("enrollmentType is \"User\" and not enrolledViaUserEnrollment", false)]
    [InlineData("enrollmentType is \"Device\" and enrolledViaAutomatedDeviceEnrollment", true)]
    [InlineData("enrolledViaUserEnrollment and enrolledViaAutomatedDeviceEnrollment", false)]
    [InlineData("always", true)]
    [InlineData("never", false)]
    [Trait("Requirement", "MU-11")]
    [Trait("Requirement", "MU-12")]
    public void A_rule_reaches_nobody_when_a_device_of_nobodys_can_pass_it(string text, bool reaches)
    {
        var rule = RuleText.Parse(text, Catalog.Compiled.Attributes, RuleScope.Device);
        Assert.Equal(reaches, Desired.ReachesNobody(new Distribution.All { Filter = rule }, Catalog));
        var group = new Group(GroupId.Parse("asked"), "Asked", rule);
        var with = Catalog with { Revision = 2, DeviceGroups = Catalog.DeviceGroups.Add(group) };
        Assert.Equal(reaches, Desired.ReachesNobody(new Distribution.Custom([], [group.Id]), with));
        Assert.False(Desired.ReachesNobody(new Distribution.Custom([], [group.Id]) { ExceptDeviceGroups = [group.Id] }, with));
        Assert.False(Desired.ReachesNobody(new Distribution.None { Filter = rule }, with));
    }

    [Theory]
    [InlineData("enrolledViaUserEnrollment", false)]
    [InlineData("enrollmentType is \"Device\"", true)]
    [InlineData("platform is \"macOS\"", false)]
    [InlineData("not platform is \"macOS\" and osVersion >= 17", true)]
    [Trait("Requirement", "MU-07")]
    [Trait("Requirement", "MU-11")]
    public void The_sign_in_reaches_nobody_where_a_device_takes_it(string filter, bool reaches)
    {
        Assert.Equal(reaches, Desired.SignInReachesNobody(new Distribution.All { Filter = Parse(filter) }, Catalog));
        Assert.True(Desired.SignInReachesNobody(new Distribution.All(), Catalog));
    }

    [Fact]
    [Trait("Requirement", "MU-11")]
    public void Groups_in_groups_out_and_the_filter_count_together()
    {
        var (blue, red, ward, held) = (GroupId.Parse("blue"), GroupId.Parse("red"), GroupId.Parse("ward"), GroupId.Parse("held"));
        Assert.True(Reaches(new Distribution.Custom([red], [ward])));
        Assert.False(Reaches(new Distribution.Custom([red], [held])));
        Assert.False(Reaches(new Distribution.Custom([GroupId.Everyone], [ward]) { ExceptUserGroups = [blue] }));
        Assert.True(Reaches(new Distribution.Custom([GroupId.Everyone], []) { ExceptUserGroups = [red], ExceptDeviceGroups = [ward, held] }));
        Assert.False(Reaches(new Distribution.Custom([], [ward]) { Filter = Parse("not in device group \"ward\"") }));
    }

    /// <summary>What is found to reach no device of nobody's reaches none of many made at random.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Requirement", "MU-11")]
    public void No_device_of_nobodys_has_what_is_said_not_to_reach_it(int seed)
    {
        var random = new Random(seed);
        var devices = Enumerable.Range(0, 200).Select(_ => Device(random)).ToList();
        var (reached, unreached) = (0, 0);
        for (var round = 0; round < 300; round++)
        {
            var to = new Distribution.All { Filter = Parse(Rule(random, 3)) };
            var item = Devices.Items.Profile("wifi", to);
            var catalog = Catalog with { Revision = round + 10, Items = [item] };
            var has = devices.Any(device => !Desired.Of(catalog, device).IsEmpty);
            var reaches = Desired.ReachesNobody(to, catalog);
            Assert.True(reaches || !has, RuleText.Print(to.Filter!, catalog.Compiled.Attributes));
            (reached, unreached) = reaches ? (reached + 1, unreached) : (reached, unreached + 1);
        }

        Assert.True(reached > 20 && unreached > 20, $"{reached} reached, {unreached} not: the rules tell too little.");
    }

    [Fact]
    [Trait("Requirement", "MU-11")]
    public void Groups_that_ask_for_each_other_over_and_over_are_looked_at_once()
    {
        var groups = Enumerable.Range(0, 40).Select(number => new Group(
            GroupId.Parse($"g{number}"),
            "g",
            number == 0 ? Parse("isNobody and floor > 1") : new Rule.AnyOf([new Rule.InDeviceGroup(GroupId.Parse($"g{number - 1}")), new Rule.InDeviceGroup(GroupId.Parse($"g{number - 1}"))])));
        var catalog = Catalog with { Revision = 3, DeviceGroups = [.. groups] };
        Assert.True(Desired.ReachesNobody(new Distribution.Custom([], [GroupId.Parse("g39")]), catalog));
        Assert.False(Desired.ReachesNobody(new Distribution.Custom([], [GroupId.Parse("g39")]) { ExceptDeviceGroups = [GroupId.Parse("g0")] }, catalog));
    }

    /// <summary>Were it not bounded, this would take minutes; what can't be told within the bound is taken to reach a device.</summary>
    [Fact]
    [Trait("Requirement", "MU-11")]
    public void A_filter_that_asks_too_much_is_taken_to_reach_a_device()
    {
        var floors = Enumerable.Range(0, 60).Select(i => Floor with { Id = AttributeId.Parse($"a{i}"), Name = $"a{i}", Type = AttributeType.Text }).ToList();
        var catalog = Catalog with { Revision = 4, Attributes = [.. floors] };
        Rule In(AttributeId id, int first) => new Rule.Compare(id, Comparison.In, [.. Enumerable.Range(0, 50).Select(k => $"{first}{k}")]);
        var parts = floors.Select(floor => (Rule)new Rule.AnyOf([In(floor.Id, 1), In(floor.Id, 2)]));
        var rule = new Rule.AllOf([.. parts, new Rule.Compare(floors[^1].Id, Comparison.Is, ["z"])]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(Desired.ReachesNobody(new Distribution.All { Filter = rule }, catalog));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
    }

    private static bool Reaches(Distribution to) => Desired.ReachesNobody(to, Catalog);

    private static Rule Parse(string text) => RuleText.Parse(text, Catalog.Compiled.Attributes, RuleScope.Device);

    private static Device Device(Random random) => new()
    {
        Status = EnrollmentStatus.Enrolled,
        Kind = random.Next(2) == 0 ? EnrollmentKind.Device : EnrollmentKind.User,
        Facts = new DeviceFacts(OsVersion: Pick(random, ["16.4", "17.0", "17.0.1", "18"]), Supervised: random.Next(3) switch { 0 => true, 1 => false, _ => null }),
        Groups = random.Next(2) == 0 ? [GroupId.Parse("ward")] : [],
        Attributes = random.Next(3) == 0 ? [] : [new AttributeValue(Floor.Id, Pick(random, ["1", "2", "3.5"]))],
    };

    private static string Rule(Random random, int depth) => depth == 0 || random.Next(4) == 0
        ? Pick(random,
        [
            "isNobody", "team is \"red\"", "supervised", "supervised is false", "osVersion >= 17", "osVersion < 17", "osVersion = 17.0.1", "floor > 2", "floor <= 2",
            "floor in (1, 3.5)", "in device group \"ward\"", "in device group \"held\"", "enrolledViaUserEnrollment", "in user group \"blue\"",
        ])
        : random.Next(3) switch
        {
            0 => $"not ({Rule(random, depth - 1)})",
            1 => $"({Rule(random, depth - 1)} and {Rule(random, depth - 1)} and {Rule(random, depth - 1)})",
            _ => $"({Rule(random, depth - 1)} or {Rule(random, depth - 1)})",
        };

    private static string Pick(Random random, string[] texts) => texts[random.Next(texts.Length)];

    private static CatalogSnapshot Snapshot()
    {
        var empty = CatalogSnapshot.Empty with { Revision = 1, Attributes = [Team, Floor], NobodyAttributes = [new AttributeValue(Team.Id, "Blue")] };
        Group UserGroup(string id, string rule) => new(GroupId.Parse(id), id, RuleText.Parse(rule, empty.Compiled.Attributes, RuleScope.UserGroup));
        return empty with
        {
            UserGroups = [UserGroup("blue", "team is \"blue\""), UserGroup("red", "team is \"red\"")],
            DeviceGroups =
            [
                new Group(GroupId.Parse("ward"), "Ward"),
                new Group(GroupId.Parse("other"), "Other"),
                new Group(GroupId.Parse("held"), "Held", new Rule.InUserGroup(GroupId.Parse("red"))),
            ],
        };
    }
}
