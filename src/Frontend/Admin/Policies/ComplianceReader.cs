using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Policies;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Devices;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Policies;

/// <summary>How a device stands to one policy. State: compliant, violated or unknown.</summary>
public sealed record ComplianceObject(string Policy, string Name, string State, IReadOnlyList<string> Reasons);

/// <summary>Judges a device by the policies that it has now: nothing of it is stored, so an answer of the device counts at once.</summary>
internal sealed class ComplianceReader(IGrainFactory grains, ProfileCache cache)
{
    /// <summary>None for a device that is not managed, or that no policy reaches.</summary>
    public async Task<IReadOnlyList<ComplianceObject>> OfAsync(string id, DeviceView view)
    {
        var judged = new List<ComplianceObject>();
        InstalledApps? apps = null;
        foreach (var item in view.Desired.Where(item => view.Device.IsManaged && item.Kind == ItemKind.Policy))
        {
            if (await PolicyAsync(item.Revision) is not { } policy)
            {
                judged.Add(Show(item, new Compliance.Unknown(["The rules of the policy are missing."])));
                continue;
            }

            if (policy.NeedsApps)
                apps ??= await AppsAsync(id, view.Device.AppWatch);
            judged.Add(Show(item, Compliance.Of(policy, view.Device.Facts, apps)));
        }

        return judged;
    }

    private static ComplianceObject Show(ItemView item, Compliance compliance) => compliance switch
    {
        Compliance.Compliant => new(item.Id.Value, item.Name, "compliant", []),
        Compliance.Violated { Reasons: var reasons } => new(item.Id.Value, item.Name, "violated", reasons),
        Compliance.Unknown { Reasons: var reasons } => new(item.Id.Value, item.Name, "unknown", reasons),
        _ => throw new InvalidOperationException($"No word for {compliance}."),
    };

    private async Task<Policy?> PolicyAsync(string revision)
    {
        if (cache.Payload(revision) is { } known)
            return known.Content as Policy;
        if (await grains.GetGrain<IPayload>(revision).Read() is not { } payload)
            return null;
        cache.Keep(revision, payload);
        return payload.Content as Policy;
    }

    /// <summary>What the device listed since it was asked for its policies; null = nothing yet.</summary>
    private async Task<InstalledApps?> AppsAsync(string id, AppWatch? watch)
    {
        if (watch is null)
            return null;
        var inventory = JsonNode.Parse((await grains.GetGrain<IDeviceInventory>(id).Read()).Span);
        if (inventory?["InstalledApplicationList"] is not { } listed || listed["at"]!.GetValue<DateTimeOffset>() < watch.AskedAt)
            return null;
        var answer = listed["answer"]!;
        var apps = answer["applications"]!.AsArray().Select(app => app!["identifier"]!.ToString()).ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);
        return new InstalledApps(apps, Complete: answer["truncated"] is null);
    }
}
