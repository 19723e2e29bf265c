using System.Collections.Concurrent;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Previews;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Groups;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Previews;

/// <summary>Shows what a change would do before it is saved, over the whole fleet: the index tells of every device what rules see (BY-02).</summary>
internal sealed class PreviewDesk(IGrainFactory grains, IRecordStore store, DynamicMembers people, PushTopic topic, TimeProvider time)
{
    private const int PageRows = 5_000;
    private const int ExamplesMax = 100;
    private const string NetworkChanged = "network-changed";
    private const string Untold = "devices-untold";

    /// <summary>Devices without readable facts in the index that one preview asks, and how many at once.</summary>
    private const int AskedMax = 2_000;

    private const int AskedAtOnce = 50;

    private static readonly int Workers = Math.Clamp(Environment.ProcessorCount, 1, 4);

    public Task<CatalogSnapshot> CatalogAsync() => grains.GetGrain<ICatalog>(ICatalog.Key).Read();

    public async Task<PreviewObject> ShowAsync(CatalogSnapshot before, CatalogSnapshot after, CancellationToken cancellationToken)
    {
        var (fleet, examples, untold) = await LookAsync(before, after, cancellationToken);
        var signIn = after.Items.FirstOrDefault(item => item.Id.Value == IConfiguration.MultiUserSignIn);
        return new PreviewObject(
            before.Revision,
            fleet.Looked,
            fleet.Concerned,
            [.. fleet.Items.OrderBy(item => item.Item.Value, StringComparer.Ordinal).Select(ItemEffectObject.Of)],
            await ForecastAsync(fleet.Concerned),
            NetworkLoss.Errors(fleet.CutOff),
            [.. signIn is null ? [] : Warning.Of(isSignIn: true, signIn.Distribution, after), .. Warnings(fleet, untold)],
            examples)
        {
            People = PeoplePreview.IsConcerned(before, after) ? await PeopleAsync(before, after, fleet.SignOutChanged, cancellationToken) : null,
        };
    }

    private async Task<PeopleEffectObject> PeopleAsync(CatalogSnapshot before, CatalogSnapshot after, int sessions, CancellationToken cancellationToken)
    {
        var preview = new PeoplePreview(before, after);
        var examples = new List<PersonEffectObject>();
        for (string? next = null; ;)
        {
            (var rows, next) = await store.ScanAsync("user", next, PageRows, cancellationToken: cancellationToken);
            foreach (var row in rows.Where(row => row.Status != "deleted"))
            {
                if (await people.PersonAsync(row) is { } person && preview.Look(person) is { } effect && examples.Count < ExamplesMax)
                    examples.Add(PersonEffectObject.Of(person, effect));
            }

            if (next is null)
                return new PeopleEffectObject(preview.Looked, preview.Changed, sessions, examples);
        }
    }

    /// <summary>Refuses a change that would cut devices off, unless the request overrides it. Looks at the fleet only where a network is concerned.</summary>
    /// <exception cref="RefusalException">409, code network-lost.</exception>
    public async Task GuardAsync(HttpContext http, Func<CatalogSnapshot, Task<CatalogSnapshot>> change)
    {
        if (NetworkLoss.IsMeant(http))
            return;
        var before = await CatalogAsync();
        var after = (await change(before)).At(time.GetUtcNow());
        if (!FleetPreview.ConcernsNetworks(before, after))
            return;
        var (fleet, _, _) = await LookAsync(before, after, http.RequestAborted);
        if (fleet.CutOff > 0)
            throw NetworkLoss.Refusal(fleet.CutOff);
    }

    /// <summary>Pages are read one after the other; each is looked at in as many parts as there are cores.</summary>
    private async Task<(FleetPreview Fleet, IReadOnlyList<DeviceEffectObject> Examples, int Untold)> LookAsync(
        CatalogSnapshot before, CatalogSnapshot after, CancellationToken cancellationToken)
    {
        var parts = Enumerable.Range(0, Workers).Select(_ => new FleetPreview(before, after)).ToArray();
        var examples = Enumerable.Range(0, Workers).Select(_ => new List<DeviceEffectObject>()).ToArray();
        var untold = new ConcurrentQueue<string>();
        var (asked, left) = (0, 0);
        var page = store.ScanAsync("device", null, PageRows, cancellationToken: cancellationToken);
        while (true)
        {
            var (rows, next) = await page;
            if (next is not null)
                page = store.ScanAsync("device", next, PageRows, cancellationToken: cancellationToken);
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(part => Task.Run(
                () =>
                {
                    for (var i = part; i < rows.Length; i += Workers)
                    {
                        if (FactsRow.Read(rows[i]) is { Subject: var device })
                            Look(parts[part], rows[i].Key, device, examples[part]);
                        else if (FactsRow.IsUntold(rows[i]))
                            untold.Enqueue(rows[i].Key);
                    }
                },
                cancellationToken)));
            var some = untold.Take(AskedMax - asked).ToList();
            foreach (var (key, device) in await AskAsync(some, cancellationToken))
                Look(parts[0], key, device, examples[0]);
            (asked, left) = (asked + some.Count, left + untold.Count - some.Count);
            untold.Clear();
            if (next is null)
                break;
        }

        foreach (var part in parts.Skip(1))
            parts[0].Add(part);
        return (parts[0], [.. examples.SelectMany(some => some).OrderBy(example => example.Device, StringComparer.Ordinal).Take(ExamplesMax)], left);
    }

    private static void Look(FleetPreview part, string id, Subject device, List<DeviceEffectObject> examples)
    {
        var effect = part.Look(device);
        if (!effect.IsEmpty && examples.Count < ExamplesMax)
            examples.Add(DeviceEffectObject.Of(id, device, effect));
    }

    /// <summary>Enrolled devices that the index tells nothing of, as after an upgrade: they are asked.</summary>
    private async Task<IReadOnlyList<(string Id, Subject Device)>> AskAsync(List<string> untold, CancellationToken cancellationToken)
    {
        var told = new List<(string Id, Subject Device)>(untold.Count);
        foreach (var some in untold.Chunk(AskedAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var views = await Task.WhenAll(some.Select(id => grains.GetGrain<IDevice>(id).View()));
            told.AddRange(some.Zip(views).Where(asked => asked.Second.Device.Status == EnrollmentStatus.Enrolled).Select(asked => (asked.First, asked.Second.Device.Subject)));
        }

        return told;
    }

    private static IEnumerable<Warning> Warnings(FleetPreview fleet, int untold)
    {
        if (fleet.NetworkChanged > 0)
            yield return new Warning(NetworkChanged, $"{fleet.NetworkChanged} {(fleet.NetworkChanged == 1 ? "device gets its" : "devices get their")} only network anew: if its name or password is wrong, they lose their connection.");
        if (untold > 0)
            yield return new Warning(Untold, $"{untold} devices were not looked at: they have told nothing since the upgrade.");
    }

    private async Task<PushForecast> ForecastAsync(int count)
    {
        if (await topic.CurrentAsync() is not { } current)
            return new PushForecast(count, null);
        var forecast = (await grains.GetGrain<IPush>(current).View(count)).Forecast;
        return new PushForecast(count, forecast is { } time ? (long)Math.Ceiling(time.TotalSeconds) : null);
    }
}
