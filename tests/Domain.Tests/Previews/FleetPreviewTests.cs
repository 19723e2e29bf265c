using FsCheck;
using FsCheck.Fluent;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Previews;
using Mdm.Fleet.Domain.Tests.Catalog;

namespace Mdm.Fleet.Domain.Tests.Previews;

/// <summary>What a preview counts is what planning each device before and after the change gives.</summary>
public sealed class FleetPreviewTests
{
    [Fact]
    [Trait("Requirement", "BY-02")]
    public void A_preview_counts_what_each_device_would_plan()
    {
        var concerned = 0;
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Check).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
        Assert.True(concerned > 500, $"Only {concerned} devices were concerned.");

        void Check(int seed)
        {
            var random = new RandomCatalog(seed);
            var before = random.Catalog();
            var after = random.Edited(before);
            var (one, other) = (new FleetPreview(before, after), new FleetPreview(before, after));
            var devices = Enumerable.Range(0, 20).Select(_ => random.Device()).ToList();
            foreach (var (device, i) in devices.Select((device, i) => (device, i)))
                (i % 2 == 0 ? one : other).Look(device);
            one.Add(other);

            var (olds, news) = (devices.Select(device => Wants(before, device)).ToList(), devices.Select(device => Wants(after, device)).ToList());
            var frees = devices.Select(device => device.Owner.IsNobody ? device : device.HeldBy(Owner.NobodySince(default))).ToList();
            Assert.Equal(devices.Count, one.Looked);
            Assert.Equal(olds.Zip(news).Count(pair => !pair.First.SequenceEqual(pair.Second)), one.Concerned);
            concerned += one.Concerned;
            foreach (var id in before.Items.Concat(after.Items).Select(item => item.Id).Distinct())
            {
                var counted = one.Items.FirstOrDefault(item => item.Item == id);
                Assert.Equal(olds.Zip(news).Count(pair => !pair.First.ContainsKey(id) && pair.Second.ContainsKey(id)), counted?.Installs ?? 0);
                Assert.Equal(olds.Zip(news).Count(pair => pair.First.ContainsKey(id) && !pair.Second.ContainsKey(id)), counted?.Removals ?? 0);
                Assert.Equal(frees.Count(free => Wants(before, free).ContainsKey(id) && !Wants(after, free).ContainsKey(id)), counted?.NobodyLoses ?? 0);
                Assert.Equal(frees.Count(free => !Wants(before, free).ContainsKey(id) && Wants(after, free).ContainsKey(id)), counted?.NobodyGains ?? 0);
                if (counted is not null)
                    Assert.Equal(news.Zip(frees).Count(pair => pair.First.ContainsKey(id) && Wants(after, pair.Second).ContainsKey(id)), counted.SurvivesSignOut);
            }
        }
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    [Trait("Requirement", "MU-13")]
    public void The_last_network_that_nobody_would_lose_is_counted_and_another_one_keeps_the_device()
    {
        var device = new RandomCatalog(3).Device();
        var wifi = Network("wifi", new Distribution.All());
        var lost = Look([wifi], [wifi with { Distribution = new Distribution.None() }], device);
        Assert.Equal(1, lost.CutOff);
        var spare = Network("spare", new Distribution.All());
        Assert.Equal(0, Look([wifi, spare], [wifi with { Enabled = false }, spare], device).CutOff);
        Assert.Equal(0, Look([wifi with { IsNetwork = false }], [], device).CutOff);
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    public void The_only_network_written_anew_is_told_and_another_one_that_stays_keeps_the_device()
    {
        var device = new RandomCatalog(3).Device();
        var (wifi, spare) = (Network("wifi", new Distribution.All()), Network("spare", new Distribution.All()));
        Assert.Equal((0, 1), Networks(Look([wifi], [wifi with { Revision = "2" }], device)));
        Assert.Equal((0, 1), Networks(Look([wifi], [spare], device)));
        Assert.Equal((0, 0), Networks(Look([wifi, spare], [wifi with { Revision = "2" }, spare], device)));
        Assert.Equal((0, 0), Networks(Look([wifi], [wifi, spare], device)));
        Assert.Equal((1, 0), Networks(Look([wifi], [], device)));

        static (int CutOff, int Changed) Networks(FleetPreview preview) => (preview.CutOff, preview.NetworkChanged);
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    [Trait("Requirement", "UG-13")]
    public void What_the_server_acts_on_itself_costs_no_push_but_where_apps_are_asked_for()
    {
        var device = new RandomCatalog(3).Device();
        var policy = new Item(ItemId.Parse("policy"), ItemKind.Policy, "policy", "1", new Delivery.ServerSide(), new Distribution.All());
        var looked = Look([], [policy], device);
        Assert.Equal((0, 1), (looked.Concerned, looked.Items.Single().Installs));
        var apps = policy with { Id = ItemId.Parse("apps"), Delivery = new Delivery.ServerSide(NeedsApps: true) };
        Assert.Equal(1, Look([policy], [policy, apps], device).Concerned);
        Assert.Equal(0, Look([apps], [apps with { Revision = "2" }], device).Concerned);
        Assert.Equal(0, Look([apps], [], device).Concerned);
        Assert.Equal(1, Look([apps, apps with { Id = ItemId.Parse("more") }], [apps], device).Concerned);
    }

    private static FleetPreview Look(Item[] before, Item[] after, Subject device)
    {
        var preview = new FleetPreview(
            CatalogSnapshot.Empty with { Revision = 1, Items = [.. before] }, CatalogSnapshot.Empty with { Revision = 2, Items = [.. after] });
        preview.Look(device);
        return preview;
    }

    private static Item Network(string id, Distribution distribution) =>
        new(ItemId.Parse(id), ItemKind.Configuration, id, "1", new Delivery.Profile(id), distribution) { IsNetwork = true };

    private static SortedDictionary<ItemId, string> Wants(CatalogSnapshot catalog, Subject device) => new(
        catalog.Compiled.Desired(device).Items.ToDictionary(want => want.Item.Id, want => want.Item.Revision),
        Comparer<ItemId>.Create((one, other) => string.CompareOrdinal(one.Value, other.Value)));
}
