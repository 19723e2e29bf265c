using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.SignIn;

namespace Mdm.Fleet.Frontend.Register;

/// <summary>The registration page, in the look of the sign-in page, without script.</summary>
public static class RegisterPage
{
    /// <summary>The whole page. Path: its own. Error: the code of a refusal, or null.</summary>
    public static string Render(RegisterTexts texts, SignInLook brand, string path, string csrf, string? error, string? userName)
    {
        var html = new StringBuilder(8_192);
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"{texts.Language}\"><head><meta charset=\"utf-8\"><title>{E(texts.Title)}</title>");
        html.Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\">");
        html.Append(CultureInfo.InvariantCulture, $"<style>{brand.Style}{SignInPage.Style}</style></head><body><main data-state=\"register\">");
        brand.Head(html);
        html.Append(CultureInfo.InvariantCulture, $"<h1>{E(texts.Title)}</h1><p>{E(texts.Lead)}</p>");
        if (error is not null)
            html.Append(CultureInfo.InvariantCulture, $"<p role=\"alert\" data-error=\"{E(error)}\">{E(texts.Say(error))}</p>");
        html.Append(CultureInfo.InvariantCulture, $"<form method=\"post\" action=\"{E(path)}\" autocomplete=\"off\"><input type=\"hidden\" name=\"csrf\" value=\"{E(csrf)}\">");
        html.Append(CultureInfo.InvariantCulture, $"<label for=\"u\">{E(texts.UserName)}</label><input id=\"u\" name=\"userName\" value=\"{E(userName ?? "")}\" required maxlength=\"128\" autocapitalize=\"none\" autocorrect=\"off\" spellcheck=\"false\" autocomplete=\"off\">");
        html.Append(CultureInfo.InvariantCulture, $"<label for=\"s\">{E(texts.Secret)}</label><input id=\"s\" name=\"secret\" type=\"password\" required maxlength=\"{PasswordRules.LengthMax}\" autocomplete=\"off\" aria-describedby=\"h\">");
        html.Append(CultureInfo.InvariantCulture, $"<p id=\"h\" class=\"soft\">{E(texts.Hint)}</p><button>{E(texts.Register)}</button></form>");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft note\">{E(texts.Nobodys)}</p></main>");
        brand.Foot(html);
        return html.Append("</body></html>").ToString();
    }

    private static string E(string text) => HtmlEncoder.Default.Encode(text);
}
