using System.Collections.Frozen;

namespace Mdm.Fleet.Domain.Mail;

/// <summary>The templates that there are before an admin writes any: the invitation in English, French and Japanese.</summary>
public static class BuiltInTemplates
{
    public const string Invitation = "invitation";

    public const string DefaultLanguage = "en";

    private static readonly FrozenDictionary<string, MailTemplate> Invitations = new Dictionary<string, MailTemplate>
    {
        ["en"] = new(
            "Your account for the shared iPads of {organization}",
            """
            Hello {displayName},

            an account for the shared iPads of {organization} is ready for you. Your user name is {userName}.

            Choose your password here:
            {link}

            The link works once, until {expires}. Then pick up an iPad and sign in.

            If you did not expect this mail, leave it unanswered: nothing happens without your password.
            """),
        ["fr"] = new(
            "Votre compte pour les iPad partagés de {organization}",
            """
            Bonjour {displayName},

            un compte pour les iPad partagés de {organization} est prêt pour vous. Votre nom d’utilisateur est {userName}.

            Choisissez votre mot de passe ici :
            {link}

            Le lien fonctionne une seule fois, jusqu’au {expires}. Ensuite, prenez un iPad et connectez-vous.

            Si vous n’attendiez pas ce message, ignorez-le : rien ne se passe sans votre mot de passe.
            """),
        ["ja"] = new(
            "{organization} の共有 iPad のアカウント",
            """
            {displayName} 様

            {organization} の共有 iPad をお使いいただくためのアカウントができました。ユーザー名は {userName} です。

            次のリンクを開いて、パスワードを設定してください：
            {link}

            リンクは {expires} まで、一度だけ使えます。設定後、iPad を手に取ってサインインしてください。

            このメールに心当たりがない場合は、そのままにしてください。パスワードを設定しないかぎり、何も起こりません。
            """),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names of the templates.</summary>
    public static IReadOnlyList<string> Names { get; } = [Invitation];

    /// <summary>The languages of a template's built-in texts.</summary>
    public static IEnumerable<string> Languages { get; } = Invitations.Keys.Order(StringComparer.Ordinal);

    /// <summary>Null = none is built in.</summary>
    public static MailTemplate? Find(string name, string language) => name == Invitation ? Invitations.GetValueOrDefault(language) : null;
}
