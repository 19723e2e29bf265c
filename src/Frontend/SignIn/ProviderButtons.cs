using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Mdm.Fleet.Domain.IdentityProviders;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>The page's ways to identity providers: links, so that they need neither a script nor a form that leads elsewhere.</summary>
internal static class ProviderButtons
{
    public const string Style = """
        a.idp{display:block;margin-top:1rem;text-align:center;text-decoration:none;font-weight:600;padding:.85rem;border:1px solid var(--go);border-radius:12px;color:var(--go)}
        a.idp.theirs{background:var(--go);color:var(--on-go)}a.idp:focus-visible{outline:3px solid var(--go);outline-offset:2px}
        .or{display:flex;align-items:center;gap:1rem;margin:1.6rem 0 0;color:var(--soft)}.or::before,.or::after{content:"";flex:1;border-top:1px solid var(--line)}
        """;

    /// <summary>Whoever typed a name that a provider verifies is led to it, with the name.</summary>
    public static void Lead(StringBuilder html, SignInModel model, SignInTexts texts, IdentityProviderId? theirs, string? userName)
    {
        if (theirs is { } id && model.Providers.FirstOrDefault(provider => provider.Id == id.Value) is { } provider)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p role=\"alert\" data-error=\"identity-provider\">{E(SignInTexts.Fill(ProviderTexts.For(texts).Theirs, provider.Name))}</p>");
            Button(html, provider, texts, userName, " theirs");
        }
        else
        {
            html.Append(CultureInfo.InvariantCulture, $"<p role=\"alert\" data-error=\"identity-provider\">{E(ProviderTexts.For(texts).TheirsElsewhere)}</p>");
        }
    }

    /// <summary>All of them, below the form.</summary>
    public static void All(StringBuilder html, SignInModel model, SignInTexts texts, string? userName)
    {
        if (model.Providers.IsEmpty)
            return;
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"or\">{E(ProviderTexts.For(texts).Or)}</p>");
        foreach (var provider in model.Providers)
            Button(html, provider, texts, userName, "");
    }

    private static void Button(StringBuilder html, SignInProvider provider, SignInTexts texts, string? userName, string kind)
    {
        var url = string.IsNullOrEmpty(userName) ? provider.Url : $"{provider.Url}?hint={Uri.EscapeDataString(userName)}";
        var label = SignInTexts.Fill(ProviderTexts.For(texts).SignInWith, provider.Name);
        html.Append(CultureInfo.InvariantCulture, $"<a class=\"idp{kind}\" data-provider=\"{E(provider.Id)}\" href=\"{E(url)}\">{E(label)}</a>");
    }

    private static string E(string text) => HtmlEncoder.Default.Encode(text);
}
