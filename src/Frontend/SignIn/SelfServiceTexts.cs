namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>The words of the apps that people can add.</summary>
internal sealed record SelfServiceTexts(string Title, string Hint, string Get, string Drop, string SessionOver, string NotOffered)
{
    private static readonly SelfServiceTexts English = new(
        "Apps you can add",
        "They leave the iPad when you sign out.",
        "Add",
        "Remove",
        "That session is over. Nothing was changed.",
        "This app is not offered to you.");

    private static readonly SelfServiceTexts French = new(
        "Apps que vous pouvez ajouter",
        "Elles quittent l’iPad quand vous vous déconnectez.",
        "Ajouter",
        "Retirer",
        "Cette session est terminée. Rien n’a été modifié.",
        "Cette app ne vous est pas proposée.");

    private static readonly SelfServiceTexts Japanese = new(
        "追加できるアプリ",
        "サインアウトすると iPad から削除されます。",
        "追加",
        "削除",
        "そのセッションは終了しています。何も変更されていません。",
        "このアプリは利用できません。");

    public static SelfServiceTexts For(SignInTexts texts) => texts.Language switch { "fr" => French, "ja" => Japanese, _ => English };
}
