using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>What is filled in with one person's values never stays for the next, even where the device refuses the next one's.</summary>
public sealed class PersonalContentTests
{
    private const string Identifier = "test.item.mail";

    private static readonly ItemId Mail = ItemId.Parse("mail");

    private readonly World _world = new(1);

    public PersonalContentTests()
    {
        _world.Enrol();
        _world.Connect();
        _world.Publish(Items.Personal("mail", Items.To("nurses")));
        _world.SignIn("anna", "nurses");
        _world.Connect();
    }

    private LedgerEntry Entry => _world.Device.Entry(Mail)!;

    [Fact]
    [Trait("Requirement", "BY-03")]
    [Trait("Requirement", "MU-03")]
    public void It_leaves_when_the_next_persons_is_refused_and_theirs_is_tried_again_by_its_back_off()
    {
        HandOverToBen(Identifier);
        var refusedAt = _world.Now;
        _world.Connect();
        Assert.DoesNotContain(Identifier, _world.Profiles.Keys);
        Assert.Equal((Presence.Absent, "refused", 1), (Entry.Presence, Entry.Last!.Refusal, Entry.Last.Tries));
        Assert.Equal(HandOverState.Clean, _world.Device.HandOvers[^1].State);
        Assert.Equal(0, _world.Connect());
        Assert.Equal(refusedAt.AddHours(1), _world.LookAgainAt);

        _world.Refuses.Clear();
        _world.Pass(TimeSpan.FromHours(1));
        _world.Plan();
        _world.Connect();
        AssertBens();
    }

    [Fact]
    [Trait("Requirement", "BY-03")]
    public void Where_its_removal_is_refused_too_it_is_residue_and_each_keeps_its_own_back_off()
    {
        HandOverToBen(Identifier, "keep " + Identifier);
        _world.Connect();
        Assert.Equal(0, _world.Connect());
        Assert.Equal(HandOverState.Residue, _world.Device.HandOvers[^1].State);
        for (var tries = 2; tries < 6; tries++)
        {
            _world.Pass(_world.LookAgainAt!.Value - _world.Now);
            _world.Plan();
            Assert.InRange(_world.Connect(), 1, 4);
            Assert.Equal(0, _world.Connect());
            Assert.Equal(tries, Entry.RefusedInstall(BensRevision)!.Tries);
            Assert.Equal(tries, Entry.Tried(Act.Remove, null)!.Tries);
            Assert.InRange(_world.LookAgainAt!.Value - _world.Now, TimeSpan.FromHours(20), TimeSpan.FromHours(24));
        }

        _world.Refuses.Remove(Identifier);
        _world.Pass(TimeSpan.FromHours(24));
        _world.Plan();
        _world.Connect();
        AssertBens();
    }

    [Fact]
    [Trait("Requirement", "BY-03")]
    public void It_stays_when_a_new_content_of_the_same_person_is_refused()
    {
        _world.Refuses.Add(Identifier);
        _world.Publish(Items.Personal("mail", Items.To("nurses"), "2"));
        _world.Connect();
        Assert.Equal(0, _world.Connect());
        Assert.Contains(Identifier, _world.Profiles.Keys);
        Assert.Equal("refused", Entry.Last!.Refusal);
    }

    [Fact]
    [Trait("Requirement", "BY-03")]
    public void Its_removal_is_taken_back_when_the_content_is_the_persons_own_again()
    {
        HandOverToBen(Identifier);
        _world.Obey(_world.HandOut());
        Assert.IsType<CommandBody.RemoveProfile>(Assert.Single(_world.Device.Queue).Body);
        _world.SignOut();
        _world.SignIn("anna", "nurses");
        Assert.Empty(_world.Device.Queue);
        Assert.Equal(0, _world.Connect());
        Assert.Contains(Identifier, _world.Profiles.Keys);
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    public void What_was_refused_is_not_tried_again_at_once_because_its_person_comes_back()
    {
        var versioned = Items.App("chart", Items.To("nurses")) with { Versions = [new ItemVersion("2", Items.To("nurses"))] };
        _world.SignOut();
        _world.Connect();
        _world.Refuses.UnionWith([Identifier, "app.chart"]);
        _world.Publish(Items.Personal("mail", Items.To("nurses")), versioned);
        for (var session = 0; session < 3; session++)
        {
            _world.SignIn("anna", "nurses");
            Assert.Equal(session == 0 ? 2 : 0, _world.Connect());
            _world.SignOut();
            _world.Connect();
        }

        _world.Publish(Items.Personal("mail", Items.To("nurses"), "2"), versioned with { Versions = [new ItemVersion("3", Items.To("nurses"))] });
        Assert.Empty(_world.Device.Ledger);
        _world.SignIn("anna", "nurses");
        Assert.Equal(2, _world.Connect());
    }

    private string BensRevision => Assert.Single(Desired.Of(_world.Catalog, _world.Device)).Item.Revision;

    /// <summary>Before the device connects again, the next person has it, and it refuses some things.</summary>
    private void HandOverToBen(params string[] refuses)
    {
        _world.SignOut();
        _world.Refuses.UnionWith(refuses);
        _world.SignIn("ben", "nurses");
    }

    private void AssertBens()
    {
        Assert.Equal(BensRevision, _world.Contents[Identifier]);
        Assert.Contains(Identifier, _world.Profiles.Keys);
        Assert.Equal((Presence.Present, BensRevision, null, null), (Entry.Presence, Entry.Revision, Entry.Last, Entry.OtherRefusal));
        Assert.Equal(HandOverState.Clean, _world.Device.HandOvers[^1].State);
        Assert.Null(_world.LookAgainAt);
    }
}
