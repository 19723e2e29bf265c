using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
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
    /// <summary>For whom other user settings would hold; null = the change concerns none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PeopleEffectObject? People { get; init; }

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

/// <summary>
/// For whom other user settings would hold; examples are at most a hundred people. Sessions under way that would end by themselves at another time.
/// </summary>
public sealed record PeopleEffectObject(int People, int Changed, int Sessions, IReadOnlyList<PersonEffectObject> Examples);

/// <summary>The entries that hold for a person before and after, and the settings that differ.</summary>
public sealed record PersonEffectObject(string UserName, string DisplayName, string Before, string After, IReadOnlyList<string> Changes)
{
    public static PersonEffectObject Of(Owner person, PersonEffect effect) =>
        new(person.User.Value, person.DisplayName, effect.Before.Id, effect.After.Id, effect.Changes);
}

/// <summary>One push a device concerned. Seconds until the last of them is sent, behind what waits already; null = pushes are paused, or there is no push certificate.</summary>
public sealed record PushForecast(int Count, long? Seconds);
