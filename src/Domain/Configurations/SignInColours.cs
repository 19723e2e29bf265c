namespace Mdm.Fleet.Domain.Configurations;

/// <summary>Two colours that must be told apart, and which member of the content is to blame if they can't.</summary>
public sealed record ColourPair(string Member, string Words, Rgb Text, Rgb Surface)
{
    /// <summary>WCAG 2.2, 1.4.3: text of usual size.</summary>
    public const double ContrastMin = 4.5;

    public double Contrast => Rgb.Contrast(Text, Surface);

    public bool IsReadable => Contrast >= ContrastMin;
}

/// <summary>What the pages of the sign-in are painted with, in light and in dark mode (MU-17). The colours of texts and of the card are fixed.</summary>
public sealed record SignInColours(Rgb Accent, Rgb Background, Rgb AccentDark, Rgb BackgroundDark)
{
    public static Rgb Ink { get; } = new(0x14, 0x20, 0x2b);

    public static Rgb Card { get; } = Rgb.White;

    public static Rgb InkDark { get; } = new(0xe8, 0xee, 0xf4);

    public static Rgb CardDark { get; } = new(0x18, 0x23, 0x2e);

    /// <summary>Text on the accent in dark mode, where the accent is light.</summary>
    public static Rgb OnAccentDark { get; } = new(0x0f, 0x17, 0x20);

    public static SignInColours Default { get; } =
        new(new Rgb(0x0b, 0x6b, 0xcb), new Rgb(0xf3, 0xf6, 0xf9), new Rgb(0x3f, 0x97, 0xee), new Rgb(0x0f, 0x17, 0x20));

    /// <summary>A content's colours. A missing accent of the dark mode is the light one, lightened until it is read there; what else is missing is as usual.</summary>
    public static SignInColours Of(ConfigurationContent.MultiUserSignIn content)
    {
        var accent = Rgb.TryParse(content.Accent, out var given) ? given : (Rgb?)null;
        return new SignInColours(
            accent ?? Default.Accent,
            Rgb.TryParse(content.Background, out var background) ? background : Default.Background,
            Rgb.TryParse(content.AccentDark, out var dark) ? dark : accent is { } light ? Lightened(light) : Default.AccentDark,
            Rgb.TryParse(content.BackgroundDark, out var backgroundDark) ? backgroundDark : Default.BackgroundDark);
    }

    /// <summary>All that is read on them.</summary>
    public IEnumerable<ColourPair> Pairs() =>
    [
        new("accent", "the text of buttons on the accent", Rgb.White, Accent),
        new("accent", "the accent on the card", Accent, Card),
        new("background", "text on the background", Ink, Background),
        new("accentDark", "the text of buttons on the accent, in dark mode", OnAccentDark, AccentDark),
        new("accentDark", "the accent on the card, in dark mode", AccentDark, CardDark),
        new("backgroundDark", "text on the background, in dark mode", InkDark, BackgroundDark),
    ];

    private static Rgb Lightened(Rgb accent)
    {
        for (var percent = 0; percent < 100; percent += 5)
        {
            var lighter = accent.Towards(Rgb.White, percent / 100.0);
            if (Rgb.Contrast(lighter, CardDark) >= ColourPair.ContrastMin && Rgb.Contrast(OnAccentDark, lighter) >= ColourPair.ContrastMin)
                return lighter;
        }

        return Rgb.White;
    }
}
