using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Mdm.Fleet.Domain.IdentityProviders;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>The page: small, server-rendered, no script. It works on any iPad that can show a web clip.</summary>
public static class SignInPage
{
    /// <summary>In the query of a page that reads itself again.</summary>
    public const string ByItself = "auto";

    internal const string Style = """
        :root{color-scheme:light dark;--soft:#5b6b7a;--line:#d9e1e8;--ok:#1d7a46;--bad:#b3261e}
        @media (prefers-color-scheme:dark){:root{--soft:#9fb0c0;--line:#2b3947;--ok:#5cc48a;--bad:#ff8a80}}
        *{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-content:center;grid-template-columns:minmax(0,34rem);gap:1rem;padding:24px;background:var(--paper);color:var(--ink);font:18px/1.5 -apple-system,system-ui,"Hiragino Sans",sans-serif}
        main{background:var(--card);border:1px solid var(--line);border-radius:20px;padding:36px}
        h1{font-size:1.55rem;line-height:1.25;margin:0 0 .4rem}h1,h2,p,li span:first-of-type{overflow-wrap:anywhere;hyphens:auto}p{margin:.5rem 0}.soft{color:var(--soft);font-size:.95rem}
        label{display:block;margin:1.1rem 0 .3rem;font-weight:600}
        input{width:100%;font:inherit;padding:.75rem .9rem;border:1px solid var(--line);border-radius:12px;background:var(--paper);color:inherit}
        input:focus-visible,button:focus-visible{outline:3px solid var(--go);outline-offset:2px}
        button{width:100%;margin-top:1.4rem;font:inherit;font-weight:600;padding:.85rem;border:0;border-radius:12px;background:var(--go);color:var(--on-go)}
        button.out{background:none;border:1px solid var(--bad);color:var(--bad)}
        [role=alert]{border-left:4px solid var(--bad);padding:.5rem .9rem;background:color-mix(in srgb,var(--bad) 10%,transparent);border-radius:6px}
        .note{border-left:4px solid var(--line);padding:.3rem .9rem}.clean{border-color:var(--ok)}.residue{border-color:var(--bad)}
        progress{width:100%;height:12px;accent-color:var(--go)}
        ul{list-style:none;margin:1rem 0;padding:0;border-top:1px solid var(--line)}li{display:flex;justify-content:space-between;gap:1rem;padding:.65rem 0;border-bottom:1px solid var(--line)}
        li span:last-of-type{color:var(--soft);white-space:nowrap}li.installed span:last-of-type{color:var(--ok)}li.refused span:last-of-type{color:var(--bad)}
        header{display:flex;align-items:center;gap:1rem;margin:0 0 1.2rem;font-weight:600;overflow-wrap:anywhere}header img{border-radius:13px}
        footer{padding:0 36px;font-size:.95rem;text-align:center;overflow-wrap:anywhere}fieldset{border:0;margin:0;padding:0;min-width:0}
        @media (max-width:480px){body{padding:12px;place-content:start center}main{padding:24px 20px}footer{padding:0 20px}}
        """;

    /// <summary>The whole page. Error: the code of a refusal to show, or null. Base: the page's own path.</summary>
    public static string Render(
        SignInModel model, SignInTexts texts, SignInLook look, string basePath, string? error = null, string? userName = null, IdentityProviderId? provider = null)
    {
        var isChanging = model.State == "preparing" || model.Offered.Any(app => app.State == "pending");
        int? refreshSeconds = isChanging || (model.HandOver?.State == "cleaning" && error is null) ? 3 : null;
        var html = Begin(model.State, texts, look, basePath, refreshSeconds);
        look.Head(html);
        Content(html, model, texts, look, basePath, error, userName, provider);
        return End(html, look);
    }

    /// <summary>The page as a person would see it: nothing on it can be used, and it does not look again.</summary>
    public static string RenderPreview(SignInModel model, SignInTexts texts, SignInLook look)
    {
        var html = Begin(model.State, texts, look, "", refreshSeconds: null, body: "<body inert>").Append("<fieldset disabled>");
        look.Head(html);
        Content(html, model, texts, look, "", error: null, userName: null, provider: null);
        return End(html.Append("</fieldset>"), look);
    }

    /// <summary>The page while the server can't answer; it looks again by itself.</summary>
    public static string RenderOutage(string code, SignInTexts texts, string basePath)
    {
        var html = Begin("outage", texts, SignInLook.Default, basePath, refreshSeconds: 10)
            .Append(CultureInfo.InvariantCulture, $"<h1>{E(texts.Title)}</h1><p role=\"alert\" data-error=\"{E(code)}\">{E(texts.Outage)}</p>")
            .Append(CultureInfo.InvariantCulture, $"<p><a href=\"{E(basePath)}\">{E(texts.Again)}</a></p>");
        return End(html, SignInLook.Default);
    }

    private static void Content(
        StringBuilder html, SignInModel model, SignInTexts texts, SignInLook look, string basePath, string? error, string? userName, IdentityProviderId? provider)
    {
        switch (model.State)
        {
            case "free":
                Free(html, model, texts, look, basePath, error, userName, provider);
                break;
            case "unavailable":
                html.Append(CultureInfo.InvariantCulture, $"<h1>{E(texts.Unavailable)}</h1><p data-error=\"{E(model.Reason!)}\">{E(ProviderTexts.Say(texts, model.Reason!))}</p>");
                break;
            default:
                Held(html, model, texts, basePath, error);
                break;
        }
    }

    private static StringBuilder Begin(string state, SignInTexts texts, SignInLook look, string basePath, int? refreshSeconds, string body = "<body>")
    {
        var html = new StringBuilder(8_192);
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"{texts.Language}\"><head><meta charset=\"utf-8\"><title>{E(look.Title?.Text ?? texts.Title)}</title>");
        html.Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"apple-mobile-web-app-capable\" content=\"yes\">");
        html.Append(CultureInfo.InvariantCulture, $"<link rel=\"icon\" href=\"{E(look.Icon ?? "data:,")}\">");
        if (refreshSeconds is { } seconds)
            html.Append(CultureInfo.InvariantCulture, $"<meta http-equiv=\"refresh\" content=\"{seconds};url={E(basePath)}?{ByItself}=1\">");
        return html.Append(CultureInfo.InvariantCulture, $"<style>{look.Style}{Style}{ProviderButtons.Style}{SelfService.Style}</style></head>{body}<main data-state=\"{state}\">");
    }

    private static string End(StringBuilder html, SignInLook look)
    {
        html.Append("</main>");
        look.Foot(html);
        return html.Append("</body></html>").ToString();
    }

    /// <summary>The organization's words, or else ours.</summary>
    private static void Say(StringBuilder html, string tag, SignInSaid? said, string usual)
    {
        var language = said is null ? "" : $" lang=\"{E(said.Language)}\"";
        html.Append(CultureInfo.InvariantCulture, $"<{tag}{language}>{E(said?.Text ?? usual)}</{tag}>");
    }

    private static void Free(StringBuilder html, SignInModel model, SignInTexts texts, SignInLook look, string basePath, string? error, string? userName, IdentityProviderId? provider)
    {
        Say(html, "h1", look.Title, texts.Title);
        Say(html, "p", look.Greeting, texts.Free);
        if (error == "identity-provider")
            ProviderButtons.Lead(html, model, texts, provider, userName);
        else
            Alert(html, texts, error);
        if (model.HandOver is { State: not "none" } handOver)
        {
            var line = handOver.State switch
            {
                "residue" => SignInTexts.Fill(texts.Residue, string.Join(", ", handOver.Residue)),
                "clean" => texts.Clean,
                _ => texts.Cleaning,
            };
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft note {handOver.State}\" data-handover=\"{handOver.State}\">{E(line)}</p>");
        }

        html.Append(CultureInfo.InvariantCulture, $"<form method=\"post\" action=\"{E(basePath)}/in\" autocomplete=\"off\"><input type=\"hidden\" name=\"csrf\" value=\"{E(model.Csrf)}\">");
        html.Append(CultureInfo.InvariantCulture, $"<label for=\"u\">{E(texts.UserName)}</label><input id=\"u\" name=\"userName\" value=\"{E(userName ?? "")}\" required maxlength=\"128\" autocapitalize=\"none\" autocorrect=\"off\" spellcheck=\"false\" autocomplete=\"off\">");
        html.Append(CultureInfo.InvariantCulture, $"<label for=\"p\">{E(texts.Password)}</label><input id=\"p\" name=\"password\" type=\"password\" required maxlength=\"1024\" autocomplete=\"off\" aria-describedby=\"h\">");
        html.Append(CultureInfo.InvariantCulture, $"<p id=\"h\" class=\"soft\">{E(texts.PasswordOnly)}</p><button>{E(texts.SignIn)}</button></form>");
        ProviderButtons.All(html, model, texts, userName);
    }

    private static void Held(StringBuilder html, SignInModel model, SignInTexts texts, string basePath, string? error)
    {
        var done = model.Items.Count(item => item.State != "pending");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{E(SignInTexts.Fill(texts.SignedInAs, model.DisplayName))}</h1>");
        Alert(html, texts, error);
        if (model.Ready)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note clean\" role=\"status\">{E(model.Items.IsEmpty ? texts.Nothing : texts.Ready)}</p>");
        }
        else
        {
            var line = E(SignInTexts.Fill(texts.Preparing, done, model.Items.Length));
            html.Append(CultureInfo.InvariantCulture, $"<p role=\"status\">{line}</p><progress max=\"{Math.Max(1, model.Items.Length)}\" value=\"{done}\">{line}</progress>");
        }

        if (!model.Items.IsEmpty)
            html.Append("<ul>");
        foreach (var item in model.Items)
        {
            var word = item.State switch { "installed" => texts.Installed, "refused" => texts.Refused, _ => texts.Waiting };
            html.Append(CultureInfo.InvariantCulture, $"<li class=\"{item.State}\"><span>{E(item.Name)}</span><span>{E(word)}</span></li>");
        }

        if (!model.Items.IsEmpty)
            html.Append("</ul>");
        SelfService.Offer(html, model, texts, basePath);
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{E(texts.MicrosoftFirst)}</p><form method=\"post\" action=\"{E(basePath)}/out\"><input type=\"hidden\" name=\"csrf\" value=\"{E(model.Csrf)}\">");
        html.Append(CultureInfo.InvariantCulture, $"<input type=\"hidden\" name=\"session\" value=\"{model.Epoch}\"><button class=\"out\">{E(texts.SignOut)}</button></form>");
    }

    private static void Alert(StringBuilder html, SignInTexts texts, string? error)
    {
        if (error is not null)
            html.Append(CultureInfo.InvariantCulture, $"<p role=\"alert\" data-error=\"{E(error)}\">{E(SelfService.Say(texts, error))}</p>");
    }

    private static string E(string text) => HtmlEncoder.Default.Encode(text);
}
