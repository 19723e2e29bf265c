using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Devices;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Admin.Previews;

/// <summary>What carries a device must not go unless that is meant: how the API says it, and how it is overridden (BY-02).</summary>
internal static class NetworkLoss
{
    private const string Code = "network-lost";

    /// <summary>Whether the request says that it means it.</summary>
    public static bool IsMeant(HttpContext http) => http.Request.Query["override"].Contains(Code);

    /// <summary>Devices that would lose the last network that they have when nobody holds them.</summary>
    public static IReadOnlyList<Warning> Errors(int devices) => devices > 0 ? [new Warning(Code, Sentence(devices))] : [];

    public static RefusalException Refusal(int devices) =>
        RefusalException.Conflict(Code, $"{Sentence(devices)} Repeat the request with ?override={Code} if that is meant.");

    /// <summary>What came of a change of one device's own facts.</summary>
    /// <exception cref="RefusalException">It was not done.</exception>
    public static void Done(GiveResult result)
    {
        if (result == GiveResult.Unknown)
            throw RefusalException.NotFound("device");
        if (result == GiveResult.CutOff)
            throw Refusal(1);
        if (result == GiveResult.TooManyGroups)
            throw RefusalException.Conflict("too-many-groups", $"A device is in at most {Device.GroupsMax} device groups.");
    }

    private static string Sentence(int devices) =>
        $"{devices} {(devices == 1 ? "device loses the last network that it has when nobody holds it" : "devices lose the last network that they have when nobody holds them")}: what carries a device must not go.";
}
