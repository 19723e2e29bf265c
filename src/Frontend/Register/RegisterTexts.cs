using Mdm.Fleet.Frontend.SignIn;

namespace Mdm.Fleet.Frontend.Register;

/// <summary>The words of the registration page in one language; refusals that the sign-in pages know are theirs.</summary>
public sealed record RegisterTexts(
    SignInTexts SignIn,
    string Title,
    string Lead,
    string UserName,
    string Secret,
    string Hint,
    string Register,
    string Nobodys,
    string Wrong,
    string NotAllowed,
    string UserEnrollment,
    string DeviceLimit,
    string NotReady)
{
    private static readonly RegisterTexts English = new(
        SignInTexts.For("en"),
        "Register this device",
        "Your organization will manage this iPad or iPhone. You get a profile to install.",
        "User name",
        "Password or PIN",
        "Use your password, or the PIN that you were given: a PIN works once.",
        "Get the profile",
        "Afterwards open Settings and install the profile that was downloaded. The device belongs to nobody at first: it becomes yours when you sign in on it.",
        "User name, password or PIN is wrong, or can’t be used for registering.",
        "You may not register devices. Ask your administrator for the device-management role.",
        "Your devices are not registered here: sign in with your Managed Apple ID in Settings.",
        "You hold, or have registered, as many devices as you may. Sign out on another one first, or ask your administrator to remove one.",
        "Devices can’t be registered yet: the server is not ready. Ask your administrator.");

    private static readonly RegisterTexts French = new(
        SignInTexts.For("fr"),
        "Inscrire cet appareil",
        "Votre organisation gérera cet iPad ou iPhone. Vous recevez un profil à installer.",
        "Nom d’utilisateur",
        "Mot de passe ou code PIN",
        "Utilisez votre mot de passe, ou le code PIN qui vous a été remis : il ne sert qu’une fois.",
        "Obtenir le profil",
        "Ouvrez ensuite Réglages et installez le profil téléchargé. L’appareil n’est d’abord à personne : il devient le vôtre quand vous vous y connectez.",
        "Le nom d’utilisateur, le mot de passe ou le code PIN est incorrect, ou ne permet pas l’inscription.",
        "Vous ne pouvez pas inscrire d’appareils. Demandez à votre administrateur le rôle de gestion des appareils.",
        "Vos appareils ne s’inscrivent pas ici : connectez-vous dans Réglages avec votre identifiant Apple géré.",
        "Vous utilisez ou avez inscrit autant d’appareils que permis. Déconnectez-vous d’abord d’un autre, ou demandez à votre administrateur d’en retirer un.",
        "Impossible d’inscrire des appareils pour l’instant : le serveur n’est pas prêt. Adressez-vous à votre administrateur.");

    private static readonly RegisterTexts Japanese = new(
        SignInTexts.For("ja"),
        "このデバイスを登録",
        "この iPad または iPhone は組織が管理します。インストールするプロファイルをお渡しします。",
        "ユーザー名",
        "パスワードまたは PIN",
        "パスワード、または受け取った PIN を入力してください。PIN は一度だけ使えます。",
        "プロファイルを入手",
        "その後「設定」を開き、ダウンロードしたプロファイルをインストールしてください。デバイスは最初は誰のものでもありません。サインインすると使えるようになります。",
        "ユーザー名、パスワード、または PIN が違うか、登録には使えません。",
        "デバイスを登録する権限がありません。デバイス管理の役割を管理者に依頼してください。",
        "ここでは登録できません。「設定」で管理対象 Apple ID でサインインしてください。",
        "使用中または登録済みのデバイスの台数が上限に達しています。先に別のデバイスでサインアウトするか、登録の解除を管理者に依頼してください。",
        "サーバーの準備ができていないため、まだ登録できません。管理者に連絡してください。");

    public string Language => SignIn.Language;

    /// <summary>The first language of an Accept-Language header that there is; else English.</summary>
    public static RegisterTexts For(string? acceptLanguage) => SignInTexts.For(acceptLanguage).Language switch { "fr" => French, "ja" => Japanese, _ => English };

    /// <summary>What a refusal's code says to the person.</summary>
    public string Say(string code) => code switch
    {
        "credentials" => Wrong,
        "not-allowed" => NotAllowed,
        "user-enrollment" => UserEnrollment,
        "device-limit" => DeviceLimit,
        "not-ready" => NotReady,
        "outage" => SignIn.Outage,
        _ => SignIn.Say(code),
    };
}
