using System.Globalization;
using System.Security.Cryptography;

namespace Mdm.Fleet.Grains.Users;

/// <summary>A PIN as stored with its person: it serves once, until a time, and a few wrong tries void it.</summary>
public sealed record RegistrationPin(PasswordHash Hash, DateTimeOffset ExpiresAt, int WrongTries = 0)
{
    public const int Digits = 8;

    /// <summary>Wrong tries that void it.</summary>
    public const int WrongTriesMax = 5;

    public static readonly TimeSpan LifeMax = TimeSpan.FromHours(72);

    public static string New() => RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture);

    /// <summary>Whether a text could be one.</summary>
    public static bool IsPin(string text) => text.Length == Digits && text.All(char.IsAsciiDigit);

    public bool IsLive(DateTimeOffset now) => now < ExpiresAt;

    /// <summary>After a wrong try; null = that was the last.</summary>
    public RegistrationPin? Wrong() => WrongTries + 1 >= WrongTriesMax ? null : this with { WrongTries = WrongTries + 1 };
}
