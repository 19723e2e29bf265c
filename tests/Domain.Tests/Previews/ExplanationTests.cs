using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Previews;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Tests.Previews;

/// <summary>A chain of reasons can be read, whatever the rules name (BY-05).</summary>
public sealed class ExplanationTests
{
    [Fact]
    [Trait("Requirement", "BY-05")]
    public void Groups_that_name_each_other_many_times_are_told_once()
    {
        var chain = Explain([Group("g3"), Group("g2", Times(100, In("g3"))), Group("g1", Times(100, In("g2"))), Group("g0", Times(100, In("g1")))], In("g0"));
        var reasons = All(chain).ToList();
        Assert.InRange(reasons.Count, 300, Explanation.ReasonsMax + 20);
        Assert.Single(reasons, reason => reason.Text == $"the device is not in {new GroupRef(true, GroupId.Parse("g1"))}" && !reason.Because.IsEmpty);
        Assert.Equal(99, reasons.Count(reason => reason.Text == $"the device is not in {new GroupRef(true, GroupId.Parse("g1"))}, as told elsewhere"));
    }

    [Fact]
    [Trait("Requirement", "BY-05")]
    public void Reasons_that_are_too_many_end_in_a_word_of_it_and_what_holds_is_still_right()
    {
        var groups = Enumerable.Range(0, 30).Select(i => Group($"g{i}", Times(200, new Rule.AllOf([])))).ToArray();
        var chain = Explain(groups, new Rule.AllOf([.. groups.Select(group => In(group.Id.Value)), new Rule.Not(new Rule.AllOf([]))]));
        var reasons = All(chain).ToList();
        Assert.InRange(reasons.Count, Explanation.ReasonsMax, Explanation.ReasonsMax + 20);
        Assert.Single(reasons, reason => reason.Text == "…and more");
        Assert.False(chain.Single(reason => reason.Step == "distribution").Holds);
    }

    [Fact]
    [Trait("Requirement", "BY-05")]
    public void Reasons_in_one_another_can_be_written_as_JSON()
    {
        var groups = Enumerable.Range(0, 40).Select(i => Group($"g{i}", new Rule.Not(new Rule.Not(i == 0 ? new Rule.AllOf([]) : In($"g{i - 1}")))));
        var chain = Explain([.. groups], In("g39"));
        Assert.True(chain.Single(reason => reason.Step == "distribution").Holds);
        Assert.Contains("more", JsonSerializer.Serialize(new { chain }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("Requirement", "BY-05")]
    public void What_is_told_to_hold_is_what_the_device_plans_by(int seed)
    {
        var random = new Random(seed);
        var groups = Enumerable.Range(0, 5).Select(i => Group($"g{i}", Made(random, i, 4))).ToArray();
        for (var i = 0; i < 200; i++)
        {
            var rule = Made(random, 5, 4);
            var told = Explain(groups, rule).Single(reason => reason.Step == "distribution");
            var catalog = CatalogSnapshot.Empty with { Revision = 1, DeviceGroups = [.. groups] };
            Assert.Equal(catalog.Compiled.Holds(rule, new Device().Subject), told.Holds);
        }
    }

    private static Rule Made(Random random, int groups, int depth) => random.Next(depth == 0 ? 2 : 5) switch
    {
        0 when groups > 0 => In($"g{random.Next(groups)}"),
        0 or 1 => random.Next(2) == 0 ? new Rule.AllOf([]) : new Rule.AnyOf([]),
        2 => new Rule.Not(Made(random, groups, depth - 1)),
        3 => new Rule.AllOf([Made(random, groups, depth - 1), Made(random, groups, depth - 1)]),
        _ => new Rule.AnyOf([Made(random, groups, depth - 1), Made(random, groups, depth - 1)]),
    };

    private static Group Group(string id, Rule? rule = null) => new(GroupId.Parse(id), id, rule);

    private static Rule.InDeviceGroup In(string group) => new Rule.InDeviceGroup(GroupId.Parse(group));

    private static Rule.AllOf Times(int count, Rule rule) => new([.. Enumerable.Repeat(rule, count)]);

    private static ImmutableArray<Reason> Explain(Group[] groups, Rule filter)
    {
        var item = new Item(ItemId.Parse("x"), ItemKind.Configuration, "x", "1", new Delivery.Profile("x"), new Distribution.All { Filter = filter });
        var catalog = CatalogSnapshot.Empty with { Revision = 1, DeviceGroups = [.. groups], Items = [item] };
        return new Explanation(catalog, new Device { Status = EnrollmentStatus.Enrolled }, default).Of(item.Id);
    }

    private static IEnumerable<Reason> All(ImmutableArray<Reason> reasons) => reasons.SelectMany(reason => All(reason.Because).Prepend(reason));
}
