using System.Globalization;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>The words of the sign-in pages in one language. Holes: {0} a name, {1} a number.</summary>
public sealed record SignInTexts(
    string Language,
    string Title,
    string Free,
    string UserName,
    string Password,
    string PasswordOnly,
    string SignIn,
    string SignedInAs,
    string Preparing,
    string Ready,
    string SignOut,
    string MicrosoftFirst,
    string Cleaning,
    string Clean,
    string Residue,
    string Installed,
    string Waiting,
    string Refused,
    string Unavailable,
    string NotEnrolled,
    string NotOffered,
    string Unknown,
    string WrongCredentials,
    string PinOnly,
    string Disabled,
    string Locked,
    string Held,
    string DeviceLimit,
    string Expired,
    string Nothing,
    string Outage,
    string Again,
    string NotOurs)
{
    private static readonly SignInTexts English = new(
        "en",
        "Shared iPad",
        "This iPad is free. Sign in to make it yours.",
        "User name",
        "Password",
        "A registration PIN does not work here: use your password.",
        "Sign in",
        "This iPad is {0}’s",
        "Getting your apps and settings ready: {0} of {1}",
        "Everything is ready.",
        "Sign out",
        "Before you sign out here, sign out of your Microsoft apps (Teams, Outlook, OneDrive …).",
        "The last person’s apps and settings are being removed.",
        "The last person’s apps and settings are gone. The iPad has confirmed it.",
        "Some items of the last person could not be removed: {0}. Tell your administrator.",
        "ready",
        "on its way",
        "refused by the iPad",
        "Sign-in is not possible here",
        "This iPad is not managed at the moment.",
        "Sign-in is not offered on this iPad.",
        "This address belongs to no iPad. Open the sign-in icon on the home screen again.",
        "User name or password is wrong.",
        "You can register by PIN only. Ask your administrator for a password to sign in on shared iPads.",
        "Your account is disabled. Ask your administrator.",
        "Too many tries. Wait a little and try again.",
        "Somebody else has just signed in. They must sign out first.",
        "You hold as many iPads as you may. Sign out on another one first.",
        "This page was too old. Please try again.",
        "Nothing is needed: you can start.",
        "This can’t be done at the moment: the server is busy or not to be reached. Please try again in a few seconds.",
        "Try again",
        "What was sent is not this page’s form, or too large. Please fill in the form here.");

    private static readonly SignInTexts French = new(
        "fr",
        "iPad partagé",
        "Cet iPad est libre. Connectez-vous pour qu’il soit à vous.",
        "Nom d’utilisateur",
        "Mot de passe",
        "Un code PIN d’inscription ne fonctionne pas ici : utilisez votre mot de passe.",
        "Se connecter",
        "Cet iPad est à {0}",
        "Préparation de vos apps et réglages : {0} sur {1}",
        "Tout est prêt.",
        "Se déconnecter",
        "Avant de vous déconnecter ici, déconnectez-vous de vos apps Microsoft (Teams, Outlook, OneDrive…).",
        "Les apps et réglages de la personne précédente sont en cours de suppression.",
        "Les apps et réglages de la personne précédente ont disparu. L’iPad l’a confirmé.",
        "Certains éléments de la personne précédente n’ont pas pu être supprimés : {0}. Prévenez votre administrateur.",
        "prêt",
        "en route",
        "refusé par l’iPad",
        "La connexion n’est pas possible ici",
        "Cet iPad n’est pas géré en ce moment.",
        "La connexion n’est pas proposée sur cet iPad.",
        "Cette adresse n’appartient à aucun iPad. Rouvrez l’icône de connexion sur l’écran d’accueil.",
        "Nom d’utilisateur ou mot de passe incorrect.",
        "Vous ne pouvez vous inscrire que par code PIN. Demandez un mot de passe à votre administrateur pour utiliser les iPad partagés.",
        "Votre compte est désactivé. Adressez-vous à votre administrateur.",
        "Trop de tentatives. Patientez un peu puis réessayez.",
        "Quelqu’un d’autre vient de se connecter et doit d’abord se déconnecter.",
        "Vous utilisez déjà autant d’iPad que permis. Déconnectez-vous d’abord d’un autre.",
        "Cette page était trop ancienne. Veuillez réessayer.",
        "Rien n’est nécessaire : vous pouvez commencer.",
        "Impossible pour le moment : le serveur est occupé ou inaccessible. Réessayez dans quelques secondes.",
        "Réessayer",
        "Ce qui a été envoyé n’est pas le formulaire de cette page, ou est trop volumineux. Remplissez le formulaire ici.");

    private static readonly SignInTexts Japanese = new(
        "ja",
        "共有 iPad",
        "この iPad は空いています。サインインすると使えるようになります。",
        "ユーザー名",
        "パスワード",
        "登録用 PIN は使えません。パスワードを入力してください。",
        "サインイン",
        "この iPad は {0} さんが使用中です",
        "アプリと設定を準備しています：{0} / {1}",
        "準備ができました。",
        "サインアウト",
        "ここでサインアウトする前に、Microsoft アプリ（Teams、Outlook、OneDrive など）からサインアウトしてください。",
        "前の人のアプリと設定を削除しています。",
        "前の人のアプリと設定は削除されました。iPad が確認しました。",
        "前の人の項目の一部を削除できませんでした：{0}。管理者に知らせてください。",
        "準備完了",
        "準備中",
        "iPad が拒否しました",
        "ここではサインインできません",
        "この iPad は現在管理されていません。",
        "この iPad ではサインインを利用できません。",
        "このアドレスの iPad はありません。ホーム画面のサインインのアイコンをもう一度開いてください。",
        "ユーザー名またはパスワードが違います。",
        "PIN での登録のみが許可されています。共有 iPad を使うには、管理者にパスワードを依頼してください。",
        "アカウントが無効です。管理者に連絡してください。",
        "試行回数が多すぎます。しばらくしてからもう一度お試しください。",
        "別の人がサインインしました。先にその人がサインアウトする必要があります。",
        "使用できる iPad の台数の上限に達しています。先に別の iPad でサインアウトしてください。",
        "ページの有効期限が切れました。もう一度お試しください。",
        "必要な項目はありません。すぐに使えます。",
        "サーバーが混み合っているか、接続できません。数秒後にもう一度お試しください。",
        "もう一度試す",
        "送信された内容がこのページのフォームではないか、大きすぎます。このページのフォームに入力してください。");

    /// <summary>The first language of an Accept-Language header that there is; else English.</summary>
    public static SignInTexts For(string? acceptLanguage)
    {
        foreach (var part in (acceptLanguage ?? "").Split(',', 16, StringSplitOptions.TrimEntries))
        {
            var texts = part.Length < 2 ? null : part[..2].ToLowerInvariant() switch { "fr" => French, "ja" => Japanese, "en" => English, _ => null };
            if (texts is not null)
                return texts;
        }

        return English;
    }

    /// <summary>A text with its holes filled.</summary>
    public static string Fill(string text, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.InvariantCulture, text, values);

    /// <summary>What a refusal's code says to the person.</summary>
    public string Say(string code) => code switch
    {
        "credentials" => WrongCredentials,
        "pin" => PinOnly,
        "disabled" => Disabled,
        "locked" => Locked,
        "busy" => Held,
        "device-limit" => DeviceLimit,
        "csrf" => Expired,
        "too-large" or "not-a-form" => NotOurs,
        "not-enrolled" => NotEnrolled,
        "not-offered" => NotOffered,
        _ => Unknown,
    };
}
