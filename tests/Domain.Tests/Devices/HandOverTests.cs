using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>A hand-over ends only when the device's own reports show the session's items gone (BY-03).</summary>
public sealed class HandOverTests
{
    private readonly World _world = new(1);

    public HandOverTests()
    {
        _world.Publish(Items.Profile("wifi", Items.Everyone), Items.Profile("charts", Items.To("nurses")), Items.Profile("rounds", Items.To("doctors")));
        _world.Enrol();
        _world.Connect();
    }

    private HandOver Last => _world.Device.HandOvers[^1];

    [Fact]
    [Trait("Requirement", "BY-03")]
    [Trait("Requirement", "MU-03")]
    [Trait("Requirement", "MU-13")]
    public void It_is_clean_when_a_list_shows_it_and_not_when_the_removal_was_accepted()
    {
        Session("anna", "nurses");
        _world.SignOut();
        Assert.Equal("charts", Assert.Single(Last.Left).Value);
        _world.Obey(_world.HandOut());
        Assert.DoesNotContain("test.item.charts", _world.Profiles.Keys);
        Assert.Equal(HandOverState.Cleaning, Last.State);
        _world.Obey(_world.HandOut());
        Assert.Equal(HandOverState.Clean, Last.State);
        Assert.Equal(["personal.vpn", World.EnrollmentProfile, "test.item.wifi"], _world.Profiles.Keys.Order());
        Assert.Single(_world.Told, what => what is DeviceEvent.HandOverEnded { State: HandOverState.Clean, Epoch: 1 });
    }

    [Fact]
    [Trait("Requirement", "BY-03")]
    public void What_the_device_keeps_is_residue_by_name_until_a_retry_takes_it_away()
    {
        Session("anna", "nurses");
        _world.Refuses.Add("keep test.item.charts");
        _world.SignOut();
        _world.Connect();
        Assert.Equal((HandOverState.Residue, "charts"), (Last.State, Assert.Single(Last.Left).Value));
        Assert.Equal("not found", _world.Device.Entry(ItemId.Parse("charts"))!.Last!.Refusal);
        _world.Refuses.Clear();
        _world.Retry();
        Assert.Equal(HandOverState.Residue, Last.State);
        _world.Connect();
        Assert.Equal(HandOverState.Clean, Last.State);
        Assert.Equal([HandOverState.Residue, HandOverState.Clean], _world.Told.OfType<DeviceEvent.HandOverEnded>().Select(ended => ended.State));
    }

    [Fact]
    [Trait("Requirement", "BY-03")]
    [Trait("Requirement", "MU-18")]
    public void Several_are_open_while_the_device_is_offline_and_all_end()
    {
        Session("anna", "nurses");
        _world.SignOut();
        _world.SignIn("bert", "doctors");
        _world.HandOut();
        _world.SignOut();
        Assert.Equal([HandOverState.Cleaning, HandOverState.Cleaning], _world.Device.HandOvers.Select(handOver => handOver.State));
        _world.Connect();
        Assert.Equal([HandOverState.Clean, HandOverState.Clean], _world.Device.HandOvers.Select(handOver => handOver.State));
    }

    [Fact]
    [Trait("Requirement", "BY-03")]
    public void What_the_next_person_has_too_stays_and_does_not_keep_it_open()
    {
        Session("anna", "nurses");
        _world.SignOut();
        _world.SignIn("carl", "nurses");
        _world.Connect();
        Assert.Equal(HandOverState.Clean, Last.State);
        Assert.Contains("test.item.charts", _world.Profiles.Keys);
        _world.SignOut();
        _world.Connect();
        Assert.DoesNotContain("test.item.charts", _world.Profiles.Keys);
        Assert.All(_world.Device.HandOvers, handOver => Assert.Equal(HandOverState.Clean, handOver.State));
    }

    [Fact]
    [Trait("Requirement", "BY-03")]
    public void The_device_remembers_a_few_and_the_newest_names_what_older_sessions_left()
    {
        Session("anna", "nurses");
        _world.Refuses.Add("keep test.item.charts");
        _world.SignOut();
        _world.Connect();
        for (var session = 0; session < 6; session++)
        {
            Session("bert", "doctors");
            _world.SignOut();
            _world.Connect();
        }

        Assert.Equal(HandOver.Kept, _world.Device.HandOvers.Length);
        Assert.Equal((HandOverState.Residue, "charts"), (Last.State, Assert.Single(Last.Left).Value));
    }

    [Fact]
    [Trait("Requirement", "BY-03")]
    public void One_that_has_no_place_any_more_while_it_is_open_is_told_and_its_items_are_awaited_by_the_newest()
    {
        Session("anna", "nurses");
        _world.SignOut();
        for (var session = 1; session < HandOver.Kept; session++)
            Offline("bert");
        Assert.DoesNotContain(_world.Told, what => what is DeviceEvent.HandOverEnded);
        Offline("carl");

        var told = Assert.Single(_world.Told.OfType<DeviceEvent.HandOverEnded>());
        Assert.Equal(("anna", 1, HandOverState.Cleaning, "charts"), (told.User.Value, told.Epoch, told.State, Assert.Single(told.Left).Value));
        Assert.Equal(HandOver.Kept, _world.Device.HandOvers.Length);
        Assert.Contains(ItemId.Parse("charts"), Last.Left);
        _world.Connect();
        Assert.All(_world.Device.HandOvers, handOver => Assert.Equal(HandOverState.Clean, handOver.State));
        Assert.DoesNotContain("test.item.charts", _world.Profiles.Keys);
    }

    private void Offline(string user)
    {
        _world.SignIn(user, "doctors");
        _world.SignOut();
    }

    private void Session(string user, string group)
    {
        _world.SignIn(user, group);
        _world.Connect();
    }
}
