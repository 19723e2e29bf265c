using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Tests.Users;

/// <summary>Which settings hold for whom, and which of their changes devices have to hear of.</summary>
public sealed class SettingsTests
{
    private static readonly GroupId Nurses = GroupId.Parse("nurses");
    private static readonly GroupId Chiefs = GroupId.Parse("chiefs");
    private static readonly AutomaticSignOut Idle = new(15, null, null);

    private static readonly CatalogSnapshot Catalog = CatalogSnapshot.Empty with
    {
        UserGroups = [new Group(Nurses, "Nurses"), new Group(Chiefs, "Chiefs", Named("chief"))],
    };

    [Fact]
    [Trait("Requirement", "UG-07")]
    public void The_smallest_priority_of_a_persons_groups_counts_and_the_default_where_there_is_none()
    {
        var catalog = Catalog with { Settings = [Entry("b-nurses", 20, Nurses), Entry("chiefs", 10, Chiefs), Entry("a-nurses", 20, Nurses)] };
        Assert.Equal("a-nurses", Of(catalog, "anna", Nurses));
        Assert.Equal("chiefs", Of(catalog, "chief", Nurses));
        Assert.Equal(SettingsEntry.DefaultId, Of(catalog, "visitor"));
        Assert.Equal(UserSettings.Default, catalog.Compiled.SettingsOf(Person("visitor")).Values);
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public void A_changed_default_holds_for_those_without_settings_of_their_own()
    {
        var changed = SettingsEntry.Default with { Values = UserSettings.Default with { DeviceLimit = 2 } };
        var catalog = Catalog with { Settings = [changed, Entry("nurses", 1, Nurses)] };
        Assert.Equal(2, catalog.Compiled.SettingsOf(Person("visitor")).Values.DeviceLimit);
        Assert.Null(catalog.Compiled.SettingsOf(Person("anna", Nurses)).Values.DeviceLimit);
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public void Whose_a_device_is_follows_the_setting_and_else_the_way_it_enrols()
    {
        Assert.Equal(Ownership.User, UserSettings.Default.OwnershipOf(AppleEnrollmentType.User));
        Assert.Equal(Ownership.Company, UserSettings.Default.OwnershipOf(AppleEnrollmentType.Device));
        Assert.Equal(Ownership.Company, (UserSettings.Default with { Ownership = Ownership.Company }).OwnershipOf(AppleEnrollmentType.User));
    }

    [Fact]
    [Trait("Requirement", "MU-19")]
    [Trait("Requirement", "UG-06")]
    public void A_change_of_automatic_sign_out_reaches_the_devices_of_those_it_holds_for_and_no_others()
    {
        var before = Catalog with { Settings = [Entry("nurses", 1, Nurses)] };
        var after = Catalog with { Settings = [Entry("nurses", 1, Nurses) with { Values = UserSettings.Default with { SignOut = Idle } }] };
        Assert.True(CatalogReach.Of(before, after).Has(Held(Person("anna", Nurses))));
        Assert.NotEqual(Signature(before, Person("anna", Nurses)), Signature(after, Person("anna", Nurses)));
        Assert.Equal(Signature(before, Person("visitor")), Signature(after, Person("visitor")));
        Assert.Equal(Signature(before, Owner.NobodySince(default)), Signature(after, Owner.NobodySince(default)));
        var later = after with { Settings = [after.Settings[0] with { Values = after.Settings[0].Values with { SignOut = Idle with { IdleMinutes = 16 } } }] };
        Assert.NotEqual(Signature(after, Person("anna", Nurses)), Signature(later, Person("anna", Nurses)));
    }

    [Fact]
    [Trait("Requirement", "MU-19")]
    [Trait("Requirement", "UG-06")]
    public void So_does_a_changed_rule_of_a_group_that_the_settings_ask_for()
    {
        var before = Catalog with { Settings = [Entry("chiefs", 1, Chiefs) with { Values = UserSettings.Default with { SignOut = Idle } }] };
        var after = before with { UserGroups = [Catalog.UserGroups[0], Catalog.UserGroups[1] with { Rule = Named("anna") }] };
        Assert.True(CatalogReach.Of(before, after).Has(Held(Person("anna"))));
        Assert.NotEqual(Signature(before, Person("anna")), Signature(after, Person("anna")));
    }

    [Fact]
    [Trait("Requirement", "UG-06")]
    public void Settings_that_no_device_acts_by_reach_none()
    {
        var after = Catalog with { Settings = [Entry("nurses", 1, Nurses) with { Values = UserSettings.Default with { DeviceLimit = 1 } }] };
        Assert.True(CatalogReach.Of(Catalog, after).IsEmpty);
    }

    private static string Of(CatalogSnapshot catalog, string user, params ImmutableArray<GroupId> groups) => catalog.Compiled.SettingsOf(Person(user, groups)).Id;

    private static ulong Signature(CatalogSnapshot catalog, Owner owner) => catalog.Compiled.Desired(Held(owner)).Signature;

    private static SettingsEntry Entry(string id, int priority, params ImmutableArray<GroupId> groups) => new(id, id, groups, priority, UserSettings.Default);

    private static Owner Person(string user, params ImmutableArray<GroupId> groups) => new(UserName.Parse(user), user, groups, default);

    private static Subject Held(Owner owner) => new(default, DeviceFacts.None, [], owner);

    private static Rule.Compare Named(string user) => new Rule.Compare(BuiltInAttributes.UserName.Id, Comparison.Is, [user]);
}
