using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>
/// DESIGN.md, section 1: planning terminates, and in the end presence = desired except for items named with a reason, over any
/// interleaving of sign-in, sign-out, distribution change, NotNow, refusal, lost, late and repeated results, restarts.
/// </summary>
public sealed class ConvergenceTests
{
    private static readonly string[] Groups = ["nurses", "doctors", "nobodys"];

    private static readonly string[] Refusals = ["app.mail", "test.item.wifi", "keep test.item.vpn", "test.item.account", "keep test.item.account", "test.item.sign"];

    [Fact]
    [Trait("Requirement", "BY-01")]
    [Trait("Requirement", "MU-03")]
    public void Whatever_happens_the_device_ends_with_what_is_desired_or_a_named_refusal()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Check(seed)).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    private static void Check(int seed)
    {
        var chance = new Random(seed);
        var world = new World(seed);
        var foreign = world.Profiles.ToImmutableDictionary();
        world.Publish(Catalog(chance));
        world.Enrol();
        for (var step = 0; step < 40; step++)
            Happen(world, chance);

        world.Locked = false;
        world.Restart();
        Settle(world);

        foreach (var (identifier, uuid) in foreign)
            Assert.Equal(uuid, world.Profiles[identifier]);
        AssertConverged(world, seed);
        Assert.All(world.Device.HandOvers, handOver => Assert.NotEqual(HandOverState.Cleaning, handOver.State));

        // When the refusals end and their back-off is over, nothing is left to name.
        world.Refuses.Clear();
        world.Pass(TimeSpan.FromDays(3));
        Settle(world);
        AssertConverged(world, seed);
        var desired = Desired.Of(world.Catalog, world.Device).ToDictionary(want => want.Item.Id, want => want.Item);
        Assert.All(Planner.Judge(world.Device, desired, world.Now), verdict => Assert.Equal(ItemState.Settled, verdict.Value.State));
        Assert.All(world.Device.HandOvers, handOver => Assert.Equal(HandOverState.Clean, handOver.State));
    }

    private static void Happen(World world, Random chance)
    {
        switch (chance.Next(15))
        {
            case 0 or 1:
                world.SignIn(chance.Next(2) == 0 ? "anna" : "bert", Groups[chance.Next(2)]);
                break;
            case 2 or 3:
                world.SignOut();
                break;
            case 4:
                world.Publish(Catalog(chance));
                break;
            case 5:
                world.Locked = !world.Locked;
                break;
            case 6:
                world.Refuses.Add(Refusals[chance.Next(Refusals.Length)]);
                break;
            case 7:
                world.Restart();
                break;
            case 8:
                world.DeliverLate();
                break;
            case 9:
                world.Ask(new CommandBody.ManagedApplicationList());
                break;
            case 10 when chance.Next(6) == 0:
                world.Enrol();
                break;
            case 11:
                world.Pass(TimeSpan.FromMinutes(chance.Next(90)));
                world.Plan();
                break;
            case 12 when chance.Next(3) == 0:
                world.Refuses.Clear();
                break;
            default:
                world.Connect(chaotic: true);
                break;
        }
    }

    private static IEnumerable<Item> Catalog(Random chance)
    {
        Distribution Any() => chance.Next(5) switch
        {
            0 => Items.Everyone,
            1 => Items.NoOne,
            _ => Items.To([.. Groups.Where(_ => chance.Next(2) == 0)]),
        };
        string Revision() => chance.Next(3).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return [
            Items.Profile("wifi", Any(), Revision()), Items.Profile("vpn", Any(), Revision()), Items.Profile("limits", Any()),
            Items.App("mail", Any()), Items.App("chart", Any(), Revision()),
            Items.Personal("account", Any(), Revision()), Items.Personal("sign", Items.To("nurses", "doctors"))];
    }

    /// <summary>The device connects whenever there is something for it, until nothing is; bounded, as planning terminates.</summary>
    private static void Settle(World world)
    {
        world.Plan();
        for (var connections = 0; connections < 400; connections++)
        {
            if (world.Connect() == 0)
            {
                // Only what is to be confirmed is waited for; a refusal's back-off is not.
                if (world.LookAgainAt is not { } at || at > world.Now + TimeSpan.FromMinutes(10))
                    return;
                world.Pass(at - world.Now);
            }

            world.Plan();
        }

        Assert.Fail("Planning does not terminate.");
    }

    private static void AssertConverged(World world, int seed)
    {
        Assert.Empty(world.Device.Queue);
        var desired = Desired.Of(world.Catalog, world.Device).ToDictionary(want => want.Item.Id, want => want.Item);
        foreach (var id in new[] { "wifi", "vpn", "limits", "mail", "chart", "account", "sign" }.Select(ItemId.Parse))
        {
            var there = world.Profiles.ContainsKey("test.item." + id) || world.Apps.ContainsKey("app." + id);
            var named = world.Device.Entry(id)?.Last?.Refusal is not null;
            Assert.True(there == desired.ContainsKey(id) || named, $"seed {seed}: {id} there={there}, entry {world.Device.Entry(id)}");
            if (there && desired.TryGetValue(id, out var item) && item.Delivery is Delivery.Profile profile && !named)
                Assert.Equal(Mdm.Fleet.Domain.Configurations.ProfileUuid.For(profile.Identifier, item.Revision), world.Profiles[profile.Identifier]);
            if (there && world.Device.Entry(id)?.Tried(Act.Remove, null)?.Refusal is null)
                AssertNobodyElses(world, id, desired[id], seed);
        }
    }

    /// <summary>Whatever the device refuses to install: what it has of an item is filled in for who holds it, unless it refuses to give it up.</summary>
    private static void AssertNobodyElses(World world, ItemId id, Item item, int seed)
    {
        if (world.Contents.TryGetValue("test.item." + id, out var held))
            Assert.True(EffectiveRevision.ValuesOf(held) == EffectiveRevision.ValuesOf(item.Revision), $"seed {seed}: {id} holds {held}, not {item.Revision}, entry {world.Device.Entry(id)}");
    }
}
