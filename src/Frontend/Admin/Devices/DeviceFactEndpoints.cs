using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Attributes;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Previews;
using Mdm.Fleet.Frontend.Admin.UserSettings;
using Mdm.Fleet.Grains.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Devices;

/// <summary>Whose a device is: company or user.</summary>
public sealed record OwnershipBody(string Ownership);

/// <summary>What admins say of a device that rules ask for: its attributes and whose it is (UG-03).</summary>
internal static class DeviceFactEndpoints
{
    public static void Map(RouteGroupBuilder devices)
    {
        devices.MapPut("/{id}/attributes/{name}", PutAsync)
            .Accepts<ValueBody>("application/json")
            .Needs(Right.EditModel)
            .WithSummary("Set the value of one attribute of a device");
        devices.MapDelete("/{id}/attributes/{name}", DeleteAsync)
            .Needs(Right.EditModel)
            .WithSummary("Take away the value of one attribute of a device");
        devices.MapPut("/{id}/ownership", OwnAsync)
            .Accepts<OwnershipBody>("application/json")
            .Needs(Right.EditModel)
            .WithSummary("Say whose a device is");
    }

    /// <exception cref="RefusalException">It is neither of the two.</exception>
    public static Ownership Parse(string ownership) => SettingsWords.Parse<Ownership>(ownership) ?? throw RefusalException.Field("ownership", "ownership is company or user.");

    private static async Task<NoContent> PutAsync(HttpContext http, IGrainFactory grains, string id, string name)
    {
        await SetAsync(http, grains, id, name, (await Body.ReadAsync<ValueBody>(http)).Value);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, IGrainFactory grains, string id, string name)
    {
        await SetAsync(http, grains, id, name, JsonElement.Parse("null"));
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> OwnAsync(HttpContext http, IGrainFactory grains, string id)
    {
        var device = DeviceEndpoints.Find(grains, id);
        var ownership = Parse((await Body.ReadAsync<OwnershipBody>(http)).Ownership);
        await DeviceEndpoints.ViewAsync(device);
        NetworkLoss.Done(await device.SetFacts(ownership, [], Access.Admin.Of(http).Name, NetworkLoss.IsMeant(http)));
        return TypedResults.NoContent();
    }

    private static async Task SetAsync(HttpContext http, IGrainFactory grains, string id, string name, JsonElement value)
    {
        var device = DeviceEndpoints.Find(grains, id);
        var view = await DeviceEndpoints.ViewAsync(device);
        var attributes = (await grains.GetGrain<ICatalog>(ICatalog.Key).Read()).Compiled.Attributes;
        ImmutableArray<AttributeValue> changes = AttributeTexts.Check(name, value, attributes, AttributeScope.Device, view.Device.Attributes);
        NetworkLoss.Done(await device.SetFacts(null, changes, Access.Admin.Of(http).Name, NetworkLoss.IsMeant(http)));
    }
}
