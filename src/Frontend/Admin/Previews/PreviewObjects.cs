using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Previews;
using Mdm.Fleet.Frontend.Admin.Configurations;

namespace Mdm.Fleet.Frontend.Admin.Previews;

/// <summary>
/// What a change would do to the fleet. Errors keep it from being saved unless they are overridden by <c>?override=CODE</c>; examples are at most
/// a hundred devices.
/// </summary>
public sealed record PreviewObject(
    long Revision,
    int Devices,
    int Concerned,
    IReadOnlyList<ItemEffectObject> Items,
    PushForecast Pushes,
    IReadOnlyList<Warning> Errors,
    IReadOnlyList<Warning> Warnings,
    IReadOnlyList<DeviceEffectObject> Examples)
{
    /// <summary>The exact plan of the device that was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlanObject? Plan { get; init; }
}

/// <summary>What it does with one item, in devices: <see cref="ItemEffect"/>.</summary>
public sealed record ItemEffectObject(
    string Item, string Name, int Installs, int Removals, int Updates, int SurvivesSignOut, int GoesAtSignOut, int NobodyGains, int NobodyLoses)
{
    public static ItemEffectObject Of(ItemEffect effect) => new(
        effect.Item.Value, effect.Name, effect.Installs, effect.Removals, effect.Updates, effect.SurvivesSignOut, effect.GoesAtSignOut, effect.NobodyGains, effect.NobodyLoses);
}

/// <summary>What it does to one device, as it is held now.</summary>
public sealed record DeviceEffectObject(
    string Device, string Name, string Owner, IReadOnlyList<string> Installs, IReadOnlyList<string> Removals, IReadOnlyList<string> Updates)
{
    public static DeviceEffectObject Of(string id, Subject device, DeviceEffect effect) => new(
        id,
        device.Facts.Name ?? device.Facts.SerialNumber ?? id,
        device.Owner.User.Value,
        [.. effect.Installs.Select(item => item.Value)],
        [.. effect.Removals.Select(item => item.Value)],
        [.. effect.Updates.Select(item => item.Value)]);
}

/// <summary>One push a device concerned. Seconds until the last of them is sent, behind what waits already; null = pushes are paused, or there is no push certificate.</summary>
public sealed record PushForecast(int Count, long? Seconds);
