using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.SignIn;

namespace Mdm.Fleet.Frontend.Invitations;

/// <summary>The page behind the link of an invitation, in the look of the sign-in page, without script.</summary>
public static class InvitationPage
{
    private const string Style = ".rules{border:0;margin:.3rem 0}.rules li{display:list-item;list-style:disc;border:0;margin-left:1.3rem;padding:.1rem 0}"
        + "input[readonly]{border-style:dashed;color:var(--soft)}#r{margin-top:.5rem}";

    /// <summary>The whole page. Path: its own.</summary>
    public static string Render(InvitationLook look, InvitationTexts texts, SignInLook brand, string path, string csrf)
    {
        var html = new StringBuilder(8_192);
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"{texts.Language}\"><head><meta charset=\"utf-8\"><title>{E(texts.Title)}</title>");
        html.Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\">");
        html.Append(CultureInfo.InvariantCulture, $"<style>{brand.Style}{SignInPage.Style}{Style}</style></head><body>");
        html.Append(CultureInfo.InvariantCulture, $"<main data-state=\"{look.State.ToString().ToLowerInvariant()}\">");
        brand.Head(html);
        switch (look.State)
        {
            case InvitationPageState.Open:
                Open(html, look, texts, path, csrf);
                break;
            case InvitationPageState.Done:
                Say(html, texts.Done, InvitationTexts.Fill(texts.Next, look.Guest!.UserName), "clean");
                break;
            case InvitationPageState.Used:
                Say(html, texts.Used, texts.UsedHint);
                break;
            case InvitationPageState.Expired:
                Say(html, texts.Expired, texts.ExpiredHint);
                break;
            case InvitationPageState.Unknown:
                Say(html, texts.Unknown, texts.UnknownHint);
                break;
            case InvitationPageState.Locked:
                Say(html, texts.Title, texts.Locked);
                break;
            default:
                throw new InvalidOperationException($"No page for {look.State}.");
        }

        html.Append("</main>");
        brand.Foot(html);
        return html.Append("</body></html>").ToString();
    }

    /// <summary>The page while the server can't answer.</summary>
    public static string RenderOutage(InvitationTexts texts, string path) =>
        $"<!doctype html><html lang=\"{texts.Language}\"><head><meta charset=\"utf-8\"><title>{E(texts.Title)}</title><style>{SignInLook.Default.Style}{SignInPage.Style}</style></head>"
        + $"<body><main data-state=\"outage\"><h1>{E(texts.Title)}</h1><p role=\"alert\"><a href=\"{E(path)}\">{E(texts.Outage)}</a></p></main></body></html>";

    private static void Open(StringBuilder html, InvitationLook look, InvitationTexts texts, string path, string csrf)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h1>{E(InvitationTexts.Fill(texts.Hello, look.Guest!.DisplayName))}</h1><p>{E(texts.Choose)}</p>");
        Alert(html, look.Fault, texts);
        html.Append(CultureInfo.InvariantCulture, $"<form method=\"post\" action=\"{E(path)}\"><input type=\"hidden\" name=\"csrf\" value=\"{E(csrf)}\">");
        html.Append(CultureInfo.InvariantCulture, $"<label for=\"u\">{E(texts.UserName)}</label><input id=\"u\" value=\"{E(look.Guest.UserName)}\" readonly autocomplete=\"username\">");
        Field(html, "p", "password", texts.Password);
        html.Append(CultureInfo.InvariantCulture, $"<div id=\"r\" class=\"soft\">{E(texts.Rules)}");
        Rules(html, look.Rules!.All(), texts);
        html.Append("</div>");
        Field(html, "a", "again", texts.Again);
        html.Append(CultureInfo.InvariantCulture, $"<button>{E(texts.Set)}</button></form>");
    }

    private static void Field(StringBuilder html, string id, string name, string label) => html.Append(
        CultureInfo.InvariantCulture,
        $"<label for=\"{id}\">{E(label)}</label><input id=\"{id}\" name=\"{name}\" type=\"password\" required maxlength=\"{PasswordRules.LengthMax}\" autocomplete=\"new-password\" aria-describedby=\"r\">");

    private static void Alert(StringBuilder html, InvitationFault? fault, InvitationTexts texts)
    {
        if (fault is null)
            return;
        var words = fault.Code switch { "mismatch" => texts.Mismatch, "rules" => texts.RulesBroken, "csrf" => texts.TooOld, var code => SignInTexts.For(texts.Language).Say(code) };
        html.Append(CultureInfo.InvariantCulture, $"<div role=\"alert\" data-error=\"{E(fault.Code)}\">{E(words)}");
        if (!fault.Broken.IsEmpty)
            Rules(html, fault.Broken, texts);
        html.Append("</div>");
    }

    private static void Rules(StringBuilder html, IEnumerable<PasswordFault> rules, InvitationTexts texts)
    {
        html.Append("<ul class=\"rules\">");
        foreach (var rule in rules)
            html.Append(CultureInfo.InvariantCulture, $"<li>{E(texts.Say(rule))}</li>");
        html.Append("</ul>");
    }

    private static void Say(StringBuilder html, string title, string text, string kind = "") =>
        html.Append(CultureInfo.InvariantCulture, $"<h1>{E(title)}</h1><p class=\"note {kind}\">{E(text)}</p>");

    private static string E(string text) => HtmlEncoder.Default.Encode(text);
}
