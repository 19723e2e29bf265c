using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>Declarative management without declarations: valid, empty answers (protocol notes, section 2.7).</summary>
internal static class Declarations
{
    private static readonly byte[] Tokens =
        """{"SyncTokens":{"Timestamp":"2026-01-01T00:00:00Z","DeclarationsToken":"none"}}"""u8.ToArray();

    private static readonly byte[] Items =
        """{"Declarations":{"Activations":[],"Assets":[],"Configurations":[],"Management":[]},"DeclarationsToken":"none"}"""u8.ToArray();

    public static Task AnswerAsync(HttpResponse response, string endpoint)
    {
        switch (endpoint)
        {
            case "tokens":
                return Json(response, Tokens);
            case "declaration-items":
                return Json(response, Items);
            case "status":
                return Task.CompletedTask;
            case var declaration when declaration.StartsWith("declaration/", StringComparison.Ordinal):
                DeviceAnswers.Refuse(response, DeviceRefusal.NotFound);
                return Task.CompletedTask;
            default:
                return DeviceAnswers.Malformed(response, "No such endpoint of declarative management.");
        }
    }

    private static Task Json(HttpResponse response, byte[] json)
    {
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, 0, json.Length);
    }
}
