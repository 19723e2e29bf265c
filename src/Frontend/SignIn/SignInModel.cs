using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Grains.Devices;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>One of the person's items on the page. State: installed, pending or refused.</summary>
public sealed record SignInItem(string Id, string Name, string Kind, string State);

/// <summary>An app that the person may add. State: offered, pending, installed or refused.</summary>
public sealed record OfferedApp(string Id, string Name, string State);

/// <summary>How the last session's hand-over stands: cleaning, clean or residue, with the names of what is left.</summary>
public sealed record SignInHandOver(string State, ImmutableArray<string> Residue);

/// <summary>
/// What a person at the device may know of it; the page and its JSON twin show the same. State: free, preparing, ready or
/// unavailable (then Reason says why). Nothing of the person but the name is in it: whoever holds the iPad can open this page.
/// </summary>
public sealed record SignInModel(
    string State,
    string? Reason,
    string? UserName,
    string? DisplayName,
    long Epoch,
    ImmutableArray<SignInItem> Items,
    bool Ready,
    SignInHandOver? HandOver,
    string Csrf)
{
    /// <summary>Who else verifies people, where the device is free.</summary>
    public ImmutableArray<SignInProvider> Providers { get; init; } = [];

    /// <summary>The optional apps that are distributed to whoever holds the device, by name (UG-05).</summary>
    public ImmutableArray<OfferedApp> Offered { get; init; } = [];

    /// <summary>The revision of the built-in configuration on the device, which says how its pages look; null = it has none.</summary>
    [JsonIgnore]
    public string? Branding { get; init; }

    public static SignInModel Unavailable(string reason, string csrf) => new("unavailable", reason, null, null, 0, [], false, null, csrf);

    public static SignInModel Of(DeviceView view, string csrf)
    {
        var device = view.Device;
        if (device.Status != EnrollmentStatus.Enrolled)
            return Unavailable(view.Exists ? "not-enrolled" : "unknown", csrf);
        var handOver = device.HandOvers.IsEmpty ? null : HandOverOf(device);
        if (device.Owner.IsNobody)
        {
            return view.SignInOffered
                ? new SignInModel("free", null, null, null, device.Epoch, [], false, handOver, csrf) { Branding = BrandingOf(view) }
                : Unavailable("not-offered", csrf);
        }

        var items = view.Desired.Where(item => item.IsSent && item.Kind != ItemKind.MultiUserSignIn && !IsOptional(item)).Select(Show).ToImmutableArray();
        return new SignInModel(
            view.Ready ? "ready" : "preparing", null, device.Owner.User.Value, device.Owner.DisplayName, device.Epoch, items, view.Ready, null, csrf)
        {
            Offered = OfferedBy(view),
            Branding = BrandingOf(view),
        };
    }

    private static bool IsOptional(ItemView item) => item is { Kind: ItemKind.App, Required: false };

    private static string? BrandingOf(DeviceView view) => view.Desired.FirstOrDefault(item => item.Kind == ItemKind.MultiUserSignIn)?.Revision;

    /// <summary>What was asked for is desired, or kept from the device for another reason; the rest waits to be asked for.</summary>
    private static ImmutableArray<OfferedApp> OfferedBy(DeviceView view)
    {
        var asked = view.Desired.Where(IsOptional).Select(item => new OfferedApp(item.Id.Value, item.Name, StateOf(item)));
        var others = view.Withheld
            .Where(kept => kept.Item is { Kind: ItemKind.App, Required: false })
            .Select(kept => new OfferedApp(kept.Item.Id.Value, kept.Item.Name, kept.Reason == Withholding.NotAsked ? "offered" : "refused"));
        return [.. asked.Concat(others).OrderBy(app => app.Name, StringComparer.OrdinalIgnoreCase).ThenBy(app => app.Id, StringComparer.Ordinal)];
    }

    private static SignInItem Show(ItemView item) => new(item.Id.Value, item.Name, item.Kind.ToString(), StateOf(item));

    private static string StateOf(ItemView item) => item.State switch { ItemState.Settled => "installed", ItemState.Blocked => "refused", _ => "pending" };

    private static SignInHandOver HandOverOf(Device device)
    {
        var left = device.HandOvers.Where(handOver => handOver.State == HandOverState.Residue).SelectMany(handOver => handOver.Left);
        return new SignInHandOver(DeviceRow.HandOverOf(device), [.. left.Select(item => item.Value).Distinct()]);
    }
}
