namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>What the sign-in pages say of identity providers, in one language. Holes: {0} the provider's name.</summary>
public sealed record ProviderTexts(
    string SignInWith, string Or, string Theirs, string TheirsElsewhere, string Cancelled, string Stale, string Failed, string OtherSubject, string UnknownPerson)
{
    private static readonly ProviderTexts English = new(
        "Sign in with {0}",
        "or",
        "You sign in with {0}, not with a password here.",
        "You sign in with your organization’s account, not with a password here. Ask your administrator.",
        "You did not finish signing in. The iPad is still free.",
        "That sign-in was not made just now for this iPad. Sign in again and enter your password there.",
        "Your organization’s sign-in did not work. Try again, or ask your administrator.",
        "Your organization’s account of this name is not the one that is known here. Ask an operator.",
        "You are not known here. Ask your administrator to add you.");

    private static readonly ProviderTexts French = new(
        "Se connecter avec {0}",
        "ou",
        "Vous vous connectez avec {0}, pas avec un mot de passe ici.",
        "Vous vous connectez avec le compte de votre organisation, pas avec un mot de passe ici. Adressez-vous à votre administrateur.",
        "Vous n’avez pas terminé la connexion. L’iPad est toujours libre.",
        "Cette connexion n’a pas été faite à l’instant pour cet iPad. Reconnectez-vous et saisissez-y votre mot de passe.",
        "La connexion de votre organisation n’a pas fonctionné. Réessayez ou adressez-vous à votre administrateur.",
        "Le compte de ce nom dans votre organisation n’est pas celui qui est connu ici. Adressez-vous à un opérateur.",
        "Vous n’êtes pas connu ici. Demandez à votre administrateur de vous ajouter.");

    private static readonly ProviderTexts Japanese = new(
        "{0} でサインイン",
        "または",
        "ここのパスワードではなく、{0} でサインインしてください。",
        "ここのパスワードではなく、組織のアカウントでサインインしてください。管理者に連絡してください。",
        "サインインが完了しませんでした。iPad はまだ空いています。",
        "このサインインは、この iPad のために今行われたものではありません。もう一度サインインして、パスワードを入力してください。",
        "組織のサインインができませんでした。もう一度お試しになるか、管理者に連絡してください。",
        "組織のこの名前のアカウントは、ここに登録されているものと異なります。オペレーターに連絡してください。",
        "ここには登録されていません。管理者に追加を依頼してください。");

    public static ProviderTexts For(SignInTexts texts) => texts.Language switch { "fr" => French, "ja" => Japanese, _ => English };

    /// <summary>What a refusal says to the person; codes that are not of identity providers are the page's own.</summary>
    public static string Say(SignInTexts texts, string code) => code switch
    {
        "identity-provider" => For(texts).TheirsElsewhere,
        "idp-cancelled" => For(texts).Cancelled,
        "idp-stale" => For(texts).Stale,
        "idp-failed" => For(texts).Failed,
        "idp-subject" => For(texts).OtherSubject,
        "unknown-person" => For(texts).UnknownPerson,
        _ => texts.Say(code),
    };
}
