using System.Text.Json;
using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;

namespace Mdm.Fleet.Frontend.Admin.Configurations;

/// <summary>Passwords in configurations are written and never shown: what is shown says <c>hasPassword</c>, wherever one can be.</summary>
internal static class WriteOnly
{
    /// <summary>The content as JSON without its passwords: <c>password</c> becomes <c>hasPassword</c>, <c>identityPassword</c> hasIdentityPassword.</summary>
    public static JsonObject Show(ConfigurationContent content)
    {
        var shown = JsonSerializer.SerializeToNode(content, Body.Options)!.AsObject();
        // Restrictions have Apple's key names with switches, and nothing that is secret.
        if (content is not ConfigurationContent.Restrictions)
            Hide(shown);
        return shown;
    }

    private static void Hide(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array)
                    Hide(item);
                break;
            case JsonObject shown:
                foreach (var (name, value) in shown.ToList())
                {
                    if (IsSecret(name))
                        Replace(shown, name, value is not null);
                    else
                        Hide(value);
                }

                break;
        }
    }

    private static bool IsSecret(string name) => name == "password" || name.EndsWith("Password", StringComparison.Ordinal);

    private static void Replace(JsonObject shown, string name, bool has)
    {
        shown.Remove(name);
        shown[$"has{char.ToUpperInvariant(name[0])}{name[1..]}"] = has;
    }
}
