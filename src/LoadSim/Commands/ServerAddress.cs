using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mdm.Fleet.LoadSim.Commands;

/// <summary>The option that names the server.</summary>
public static class ServerAddress
{
    /// <summary>An option that takes an absolute http or https address, and must be given.</summary>
    public static Option<Uri> Required(string description) => new("--url") { Description = description, Required = true, CustomParser = Parse };

    /// <summary>The same with an address of its own when it is not given.</summary>
    public static Option<Uri> Default(string description, string address) =>
        new("--url") { Description = description, CustomParser = Parse, DefaultValueFactory = _ => new Uri(address) };

    private static Uri? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp))
            return address;
        result.AddError($"--url is an address such as https://127.0.0.1:8443, not '{text}'.");
        return null;
    }
}
