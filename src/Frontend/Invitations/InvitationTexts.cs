using System.Globalization;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Frontend.Invitations;

/// <summary>The words of the invitation pages in one language. Holes: {0} a name or a number.</summary>
public sealed record InvitationTexts(
    string Language,
    string Title,
    string Hello,
    string Choose,
    string UserName,
    string Rules,
    string AtLeast,
    string AtMost,
    string Lower,
    string Upper,
    string Digits,
    string Symbols,
    string Classes,
    string NoUserName,
    string Password,
    string Again,
    string Set,
    string Mismatch,
    string RulesBroken,
    string TooOld,
    string Done,
    string Next,
    string Used,
    string UsedHint,
    string Expired,
    string ExpiredHint,
    string Unknown,
    string UnknownHint,
    string Locked,
    string Outage)
{
    private static readonly InvitationTexts English = new(
        "en",
        "Your password for the shared iPads",
        "Hello {0}",
        "Choose the password with which you will sign in on the shared iPads.",
        "Your user name",
        "Your password",
        "has at least {0} characters",
        "has at most {0} characters",
        "has at least {0} lower-case letters",
        "has at least {0} capital letters",
        "has at least {0} digits",
        "has at least {0} symbols",
        "has at least {0} of these: lower-case letters, capital letters, digits, symbols",
        "does not contain your user name",
        "New password",
        "New password again",
        "Set password",
        "The two passwords differ. Please type them again.",
        "This password can’t be used. A good one:",
        "This page was too old. Please try again.",
        "Your password is set",
        "Pick up a shared iPad, open its sign-in icon, and sign in as {0} with your new password.",
        "This link has been used",
        "If it was you, your password is set: pick up a shared iPad and sign in. If not, tell your administrator.",
        "This link is not valid any more",
        "Ask your administrator for a new invitation.",
        "This link is unknown",
        "Open the link of the newest invitation, whole as it is in the mail, or ask your administrator for a new one.",
        "Too many tries. Wait a minute and try again.",
        "This can’t be done at the moment. Please try again in a few seconds.");

    private static readonly InvitationTexts French = new(
        "fr",
        "Votre mot de passe pour les iPad partagés",
        "Bonjour {0}",
        "Choisissez le mot de passe avec lequel vous vous connecterez sur les iPad partagés.",
        "Votre nom d’utilisateur",
        "Votre mot de passe",
        "a au moins {0} caractères",
        "a au plus {0} caractères",
        "a au moins {0} minuscules",
        "a au moins {0} majuscules",
        "a au moins {0} chiffres",
        "a au moins {0} symboles",
        "a au moins {0} de ces types : minuscules, majuscules, chiffres, symboles",
        "ne contient pas votre nom d’utilisateur",
        "Nouveau mot de passe",
        "Nouveau mot de passe, encore une fois",
        "Définir le mot de passe",
        "Les deux mots de passe diffèrent. Veuillez les saisir à nouveau.",
        "Ce mot de passe ne peut pas être utilisé. Un bon mot de passe :",
        "Cette page était trop ancienne. Veuillez réessayer.",
        "Votre mot de passe est défini",
        "Prenez un iPad partagé, ouvrez son icône de connexion et connectez-vous en tant que {0} avec votre nouveau mot de passe.",
        "Ce lien a déjà servi",
        "Si c’était vous, votre mot de passe est défini : prenez un iPad partagé et connectez-vous. Sinon, prévenez votre administrateur.",
        "Ce lien n’est plus valable",
        "Demandez une nouvelle invitation à votre administrateur.",
        "Ce lien est inconnu",
        "Ouvrez le lien de la dernière invitation, en entier comme dans le message, ou demandez-en une nouvelle à votre administrateur.",
        "Trop de tentatives. Patientez une minute puis réessayez.",
        "Impossible pour le moment. Réessayez dans quelques secondes.");

    private static readonly InvitationTexts Japanese = new(
        "ja",
        "共有 iPad のパスワード",
        "{0} 様",
        "共有 iPad にサインインするときのパスワードを設定してください。",
        "ユーザー名",
        "パスワードの条件",
        "{0} 文字以上であること",
        "{0} 文字以下であること",
        "小文字が {0} 文字以上あること",
        "大文字が {0} 文字以上あること",
        "数字が {0} 文字以上あること",
        "記号が {0} 文字以上あること",
        "小文字、大文字、数字、記号のうち {0} 種類以上を含むこと",
        "ユーザー名を含まないこと",
        "新しいパスワード",
        "新しいパスワード（確認）",
        "パスワードを設定",
        "2 つのパスワードが一致しません。もう一度入力してください。",
        "このパスワードは使えません。次の条件を満たしてください：",
        "ページの有効期限が切れました。もう一度お試しください。",
        "パスワードを設定しました",
        "共有 iPad を手に取り、サインインのアイコンを開いて、{0} と新しいパスワードでサインインしてください。",
        "このリンクは使用済みです",
        "ご自身で設定された場合は、共有 iPad を手に取ってサインインしてください。心当たりがない場合は、管理者に知らせてください。",
        "このリンクは無効になりました",
        "管理者に新しい招待を依頼してください。",
        "このリンクは見つかりません",
        "最新の招待メールのリンク全体を開くか、管理者に新しい招待を依頼してください。",
        "試行回数が多すぎます。1 分ほど待ってからもう一度お試しください。",
        "現在この操作はできません。数秒後にもう一度お試しください。");

    /// <summary>The first language of an Accept-Language header that there is, else the invitation's, else English.</summary>
    public static InvitationTexts For(string? acceptLanguage, string? invited = null) =>
        $"{acceptLanguage},{invited}".Split(',', 16, StringSplitOptions.TrimEntries).Select(Find).FirstOrDefault(texts => texts is not null) ?? English;

    /// <summary>A rule, or what a password lacks of it.</summary>
    public string Say(PasswordFault fault) => fault.Kind switch
    {
        PasswordFaultKind.TooShort => Fill(AtLeast, fault.Count),
        PasswordFaultKind.TooLong => Fill(AtMost, fault.Count),
        PasswordFaultKind.Lower => Fill(Lower, fault.Count),
        PasswordFaultKind.Upper => Fill(Upper, fault.Count),
        PasswordFaultKind.Digits => Fill(Digits, fault.Count),
        PasswordFaultKind.Symbols => Fill(Symbols, fault.Count),
        PasswordFaultKind.Classes => Fill(Classes, fault.Count),
        PasswordFaultKind.UserName => NoUserName,
        _ => throw new InvalidOperationException($"No words for {fault.Kind}."),
    };

    /// <summary>A text with its hole filled.</summary>
    public static string Fill(string text, object value) => string.Format(CultureInfo.InvariantCulture, text, value);

    private static InvitationTexts? Find(string language) =>
        language.Length < 2 ? null : language[..2].ToLowerInvariant() switch { "fr" => French, "ja" => Japanese, "en" => English, _ => null };
}
