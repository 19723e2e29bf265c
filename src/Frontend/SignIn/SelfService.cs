using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>The part of the page where a person adds optional apps and takes them away again: one form, a button an app.</summary>
internal static class SelfService
{
    public const string Style = """
        h2{font-size:1.1rem;margin:1.8rem 0 0}.apps{margin:.6rem 0 1.6rem}.apps li{display:grid;grid-template-columns:minmax(0,1fr) auto 7.5rem;align-items:center}
        .apps button{margin:0;padding:.45rem .6rem;background:none;border:1px solid var(--go);color:var(--go)}.apps button.drop{border-color:var(--line);color:inherit}
        @media (max-width:480px){.apps li{grid-template-columns:minmax(0,1fr) 7.5rem;row-gap:.3rem}.apps li span:first-of-type{grid-column:1/-1}}
        """;

    public static void Offer(StringBuilder html, SignInModel model, SignInTexts texts, string basePath)
    {
        if (model.Offered.IsEmpty)
            return;
        var own = SelfServiceTexts.For(texts);
        html.Append(CultureInfo.InvariantCulture, $"<h2>{E(own.Title)}</h2><p class=\"soft\">{E(own.Hint)}</p>");
        html.Append(CultureInfo.InvariantCulture, $"<form method=\"post\" action=\"{E(basePath)}/get\"><input type=\"hidden\" name=\"csrf\" value=\"{E(model.Csrf)}\">");
        html.Append(CultureInfo.InvariantCulture, $"<input type=\"hidden\" name=\"session\" value=\"{model.Epoch}\"><ul class=\"apps\">");
        foreach (var app in model.Offered)
            App(html, app, texts, own, basePath);
        html.Append("</ul></form>");
    }

    /// <summary>What a refusal's code says to the person.</summary>
    public static string Say(SignInTexts texts, string code) => code switch
    {
        "session-over" => SelfServiceTexts.For(texts).SessionOver,
        "app-not-offered" => SelfServiceTexts.For(texts).NotOffered,
        _ => ProviderTexts.Say(texts, code),
    };

    private static void App(StringBuilder html, OfferedApp app, SignInTexts texts, SelfServiceTexts own, string basePath)
    {
        var isOffered = app.State == "offered";
        var word = app.State switch { "offered" => "", "installed" => texts.Installed, "refused" => texts.Refused, _ => texts.Waiting };
        var button = isOffered ? own.Get : own.Drop;
        var kind = isOffered ? "" : $" class=\"drop\" formaction=\"{E(basePath)}/drop\"";
        html.Append(CultureInfo.InvariantCulture, $"<li class=\"{app.State}\" data-app=\"{E(app.Id)}\"><span>{E(app.Name)}</span><span>{E(word)}</span>");
        html.Append(CultureInfo.InvariantCulture, $"<button name=\"item\" value=\"{E(app.Id)}\" aria-label=\"{E($"{button}: {app.Name}")}\"{kind}>{E(button)}</button></li>");
    }

    private static string E(string text) => HtmlEncoder.Default.Encode(text);
}
