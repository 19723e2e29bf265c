using System.Text.Json;
using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;

namespace Mdm.Fleet.Frontend.Admin.Configurations;

/// <summary>Passwords in configurations are written and never shown: what is shown says <c>hasPassword</c>.</summary>
internal static class WriteOnly
{
    /// <summary>The content as JSON without its password.</summary>
    public static JsonObject Show(ConfigurationContent content)
    {
        var shown = JsonSerializer.SerializeToNode(content, Body.Options)!.AsObject();
        if (shown.Remove("password", out var password))
            shown["hasPassword"] = password is not null;
        return shown;
    }

    /// <summary>New content that brings no password has the stored one; an empty text takes it away.</summary>
    public static ConfigurationContent Keep(ConfigurationContent given, ConfigurationContent? stored) => (given, stored) switch
    {
        (ConfigurationContent.WiFi { Password: null, Security: not WiFiSecurity.None } wifi, ConfigurationContent.WiFi { Password: { } kept }) =>
            wifi with { Password = kept },
        (ConfigurationContent.Certificate { Password: null, IsIdentity: true } identity, ConfigurationContent.Certificate { Password: { } kept }) =>
            identity with { Password = kept },
        _ => given,
    };
}
