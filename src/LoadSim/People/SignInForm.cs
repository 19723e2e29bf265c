using System.Net;
using System.Text.RegularExpressions;

namespace Mdm.Fleet.LoadSim.People;

/// <summary>What a browser without JavaScript finds on the sign-in page: the state, the hidden fields, an error.</summary>
/// <param name="State">The <c>data-state</c> of the page's main part.</param>
/// <param name="Hidden">The hidden fields of its form.</param>
/// <param name="Error">The <c>data-error</c> of its alert, when it shows one.</param>
public sealed partial record SignInForm(string State, IReadOnlyDictionary<string, string> Hidden, string? Error)
{
    /// <summary>Reads the page's HTML.</summary>
    /// <exception cref="FormatException">The page has no state.</exception>
    public static SignInForm Parse(string html)
    {
        var state = StateAttribute().Match(html);
        if (!state.Success)
            throw new FormatException("The page has no data-state.");
        var hidden = new Dictionary<string, string>();
        foreach (Match input in Input().Matches(html))
            if (Attribute(input.Value, "type") == "hidden" && Attribute(input.Value, "name") is { } name)
                hidden[name] = Attribute(input.Value, "value") ?? "";
        var error = ErrorAttribute().Match(html);
        return new SignInForm(state.Groups[1].Value, hidden, error.Success ? error.Groups[1].Value : null);
    }

    private static string? Attribute(string tag, string name)
    {
        var match = Regex.Match(tag, $"\\b{name}\\s*=\\s*\"([^\"]*)\"");
        return match.Success ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;
    }

    [GeneratedRegex("data-state\\s*=\\s*\"([^\"]*)\"")]
    private static partial Regex StateAttribute();

    [GeneratedRegex("data-error\\s*=\\s*\"([^\"]*)\"")]
    private static partial Regex ErrorAttribute();

    [GeneratedRegex("<input\\b[^>]*>")]
    private static partial Regex Input();
}
