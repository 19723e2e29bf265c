using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Previews;

/// <summary>What a change does with one item over the fleet, in devices.</summary>
/// <param name="Installs">They get it.</param>
/// <param name="Removals">They lose it.</param>
/// <param name="Updates">They have it and get another content.</param>
/// <param name="SurvivesSignOut">They have it after the change, and still when nobody holds them (BY-02).</param>
/// <param name="GoesAtSignOut">They have it after the change, and not when nobody holds them.</param>
/// <param name="NobodyGains">Held by nobody they would get it by this change.</param>
/// <param name="NobodyLoses">Held by nobody they would lose it by this change.</param>
public sealed record ItemEffect(
    ItemId Item, string Name, int Installs, int Removals, int Updates, int SurvivesSignOut, int GoesAtSignOut, int NobodyGains, int NobodyLoses);

/// <summary>What a change does to one device.</summary>
public sealed record DeviceEffect(ImmutableArray<ItemId> Installs, ImmutableArray<ItemId> Removals, ImmutableArray<ItemId> Updates)
{
    public static DeviceEffect None { get; } = new([], [], []);

    public bool IsEmpty => Installs.IsEmpty && Removals.IsEmpty && Updates.IsEmpty;
}

/// <summary>
/// What a change of the catalog would do to a fleet: devices are shown to it one by one, and it counts. The same functions say it that the
/// devices plan by. Not for several threads; parts of a fleet are counted apart and <see cref="Add"/>ed.
/// </summary>
public sealed class FleetPreview
{
    private readonly CompiledCatalog _before;
    private readonly CompiledCatalog _after;
    private readonly Dictionary<ItemId, ItemEffect> _items;

    /// <param name="before">The catalog as it is.</param>
    /// <param name="after">As it would be.</param>
    public FleetPreview(CatalogSnapshot before, CatalogSnapshot after)
    {
        var concerned = CatalogReach.ItemsConcerned(before, after);
        var all = before.Items.Concat(after.Items).ToList();
        var networks = all.Where(item => item.IsNetwork).Select(item => item.Id).ToList();
        LooksAtNetworks = concerned.Overlaps(networks);
        var watched = all.Where(AsksForApps).Select(item => item.Id).ToList();
        var looked = LooksAtNetworks ? concerned.Union(networks) : concerned;
        if (concerned.Overlaps(watched))
            looked = looked.Union(watched);
        _before = Only(before, looked).Compiled;
        _after = Only(after, looked).Compiled;
        _items = all.Where(item => concerned.Contains(item.Id)).DistinctBy(item => item.Id)
            .ToDictionary(item => item.Id, item => new ItemEffect(item.Id, (after.Find(item.Id) ?? item).Name, 0, 0, 0, 0, 0, 0, 0));
    }

    /// <summary>Devices that were looked at.</summary>
    public int Looked { get; private set; }

    /// <summary>Devices that would be sent something, or asked for their apps: each costs a push.</summary>
    public int Concerned { get; private set; }

    /// <summary>Devices that would lose, held by nobody, the last network of ours: it may be what carries them. One that comes with a person goes with the person.</summary>
    public int CutOff { get; private set; }

    /// <summary>Devices whose networks of ours would all be written anew: if the new content is wrong, they do not come back.</summary>
    public int NetworkChanged { get; private set; }

    /// <summary>Sessions under way that would end by themselves at another time (MU-19).</summary>
    public int SignOutChanged { get; private set; }

    public IReadOnlyCollection<ItemEffect> Items => _items.Values;

    private bool LooksAtNetworks { get; }

    /// <summary>Whether a change may take a network from a device.</summary>
    public static bool ConcernsNetworks(CatalogSnapshot before, CatalogSnapshot after)
    {
        var networks = before.Items.Where(item => item.IsNetwork).Select(item => item.Id).ToList();
        return networks.Count > 0 && CatalogReach.ItemsConcerned(before, after).Overlaps(networks);
    }

    /// <summary>Whether other facts of its own take from a device the last network that it has when nobody holds it.</summary>
    public static bool IsCutOff(CatalogSnapshot catalog, Device before, Device after) =>
        before.Status == EnrollmentStatus.Enrolled
        && catalog.Items.Any(item => item.IsNetwork)
        && IsCutOff(Unheld(before.Subject, catalog.Compiled), Unheld(after.Subject, catalog.Compiled));

    /// <summary>Counts a device; answers what the change does to it as it is held now.</summary>
    public DeviceEffect Look(Subject device)
    {
        Looked++;
        var (was, willBe) = (_before.Desired(device), _after.Desired(device));
        if (was.SignOut != willBe.SignOut)
            SignOutChanged++;
        var (before, after) = (was.Items, willBe.Items);
        var effect = Between(before, after);
        if (!effect.IsEmpty && IsPushed(effect, before, after))
            Concerned++;
        var free = device.Owner.IsNobody ? device : device.HeldBy(_before.Nobody);
        var (freeBefore, freeAfter) = device.Owner.IsNobody ? (before, after) : (_before.Desired(free).Items, _after.Desired(free).Items);
        Count(effect, after, Between(freeBefore, freeAfter), freeAfter);
        if (LooksAtNetworks && IsCutOff(freeBefore, freeAfter))
            CutOff++;
        else if (LooksAtNetworks && (IsNetworkChanged(before, after) || IsNetworkChanged(freeBefore, freeAfter)))
            NetworkChanged++;
        return effect;
    }

    /// <summary>Adds what another one counted of another part of the fleet.</summary>
    public void Add(FleetPreview other)
    {
        Looked += other.Looked;
        Concerned += other.Concerned;
        CutOff += other.CutOff;
        NetworkChanged += other.NetworkChanged;
        SignOutChanged += other.SignOutChanged;
        foreach (var (id, more) in other._items)
        {
            var item = _items[id];
            _items[id] = new ItemEffect(
                id, item.Name, item.Installs + more.Installs, item.Removals + more.Removals, item.Updates + more.Updates,
                item.SurvivesSignOut + more.SurvivesSignOut, item.GoesAtSignOut + more.GoesAtSignOut,
                item.NobodyGains + more.NobodyGains, item.NobodyLoses + more.NobodyLoses);
        }
    }

    private void Count(DeviceEffect effect, ImmutableArray<DesiredItem> after, DeviceEffect freeEffect, ImmutableArray<DesiredItem> freeAfter)
    {
        foreach (var item in effect.Installs)
            _items[item] = _items[item] with { Installs = _items[item].Installs + 1 };
        foreach (var item in effect.Removals)
            _items[item] = _items[item] with { Removals = _items[item].Removals + 1 };
        foreach (var item in effect.Updates)
            _items[item] = _items[item] with { Updates = _items[item].Updates + 1 };
        foreach (var want in after)
        {
            if (_items.TryGetValue(want.Item.Id, out var count))
                _items[want.Item.Id] = Find(freeAfter, want.Item.Id) is not null
                    ? count with { SurvivesSignOut = count.SurvivesSignOut + 1 }
                    : count with { GoesAtSignOut = count.GoesAtSignOut + 1 };
        }

        foreach (var item in freeEffect.Installs)
            _items[item] = _items[item] with { NobodyGains = _items[item].NobodyGains + 1 };
        foreach (var item in freeEffect.Removals)
            _items[item] = _items[item] with { NobodyLoses = _items[item].NobodyLoses + 1 };
    }

    private static ImmutableArray<DesiredItem> Unheld(Subject device, CompiledCatalog catalog) => catalog.Desired(device.HeldBy(catalog.Nobody)).Items;

    private static bool IsCutOff(ImmutableArray<DesiredItem> before, ImmutableArray<DesiredItem> after) => HasNetwork(before) && !HasNetwork(after);

    private static bool IsNetworkChanged(ImmutableArray<DesiredItem> before, ImmutableArray<DesiredItem> after) =>
        HasNetwork(before) && HasNetwork(after)
        && !before.Any(want => want.Item.IsNetwork && Find(after, want.Item.Id) is { Item: { IsNetwork: true } now } && now.Revision == want.Item.Revision);

    /// <summary>What the server acts on itself is not sent; a policy on apps has the device asked for them, where it is another one.</summary>
    private static bool IsPushed(DeviceEffect effect, ImmutableArray<DesiredItem> before, ImmutableArray<DesiredItem> after) =>
        effect.Installs.Concat(effect.Updates).Any(id => Find(after, id)!.Item.Delivery.IsSent)
        || effect.Removals.Any(id => Find(before, id)!.Item.Delivery.IsSent)
        || AppWatch.IsAskedAnew(before, after);

    private static bool AsksForApps(Item item) => item.Delivery is Delivery.ServerSide { NeedsApps: true };

    private static bool HasNetwork(ImmutableArray<DesiredItem> items) => items.Any(want => want.Item.IsNetwork);

    private static CatalogSnapshot Only(CatalogSnapshot catalog, ImmutableHashSet<ItemId> items) =>
        catalog with { Items = [.. catalog.Items.Where(item => items.Contains(item.Id))] };

    private static DeviceEffect Between(ImmutableArray<DesiredItem> before, ImmutableArray<DesiredItem> after)
    {
        if (before.IsEmpty && after.IsEmpty)
            return DeviceEffect.None;
        var (installs, removals, updates) = (ImmutableArray<ItemId>.Empty, ImmutableArray<ItemId>.Empty, ImmutableArray<ItemId>.Empty);
        foreach (var want in after)
        {
            if (Find(before, want.Item.Id) is not { } old)
                installs = installs.Add(want.Item.Id);
            else if (old.Item.Revision != want.Item.Revision)
                updates = updates.Add(want.Item.Id);
        }

        foreach (var want in before)
        {
            if (Find(after, want.Item.Id) is null)
                removals = removals.Add(want.Item.Id);
        }

        return new DeviceEffect(installs, removals, updates);
    }

    private static DesiredItem? Find(ImmutableArray<DesiredItem> items, ItemId id)
    {
        foreach (var want in items)
        {
            if (want.Item.Id == id)
                return want;
        }

        return null;
    }
}
