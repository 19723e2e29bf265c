using System.Globalization;

namespace Mdm.Fleet.Domain.Configurations;

/// <summary>A colour of the sRGB space, as "#rrggbb".</summary>
public readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    public static Rgb White { get; } = new(255, 255, 255);

    /// <summary>How bright it is seen, 0 to 1: WCAG 2.2, "relative luminance".</summary>
    public double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    public static bool TryParse(string? text, out Rgb colour)
    {
        var isHex = text is { Length: 7 } && text[0] == '#' && text.Skip(1).All(char.IsAsciiHexDigit);
        colour = isHex ? new Rgb(Part(text!, 1), Part(text!, 3), Part(text!, 5)) : default;
        return isHex;
    }

    /// <summary>How well one is read on the other, 1 to 21: WCAG 2.2, "contrast ratio".</summary>
    public static double Contrast(Rgb one, Rgb other)
    {
        var (a, b) = (one.Luminance, other.Luminance);
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>So much nearer to another colour: 0 is itself, 1 the other.</summary>
    public Rgb Towards(Rgb other, double share) =>
        new(Between(Red, other.Red, share), Between(Green, other.Green, share), Between(Blue, other.Blue, share));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");

    private static byte Part(string text, int at) => byte.Parse(text.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static byte Between(byte from, byte to, double share) => (byte)Math.Round(from + ((to - from) * share));

    private static double Linear(byte part)
    {
        var share = part / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }
}
