namespace Mdm.Fleet.Domain.Devices;

/// <summary>When something is tried or looked at again.</summary>
public static class BackOff
{
    /// <summary>Lists that may show an app still on its way before its install counts as refused: about five hours.</summary>
    public const int LooksMax = 64;

    /// <summary>Lists that may contradict an accepted command before it counts as refused.</summary>
    public const int ContradictionsMax = 3;

    private static readonly int[] LookSeconds = [2, 3, 5, 10, 20, 30, 60, 120];

    /// <summary>A refusal is tried again after an hour, then after a day each.</summary>
    public static DateTimeOffset RetryAt(DateTimeOffset now, int tries) => now + (tries <= 1 ? TimeSpan.FromHours(1) : TimeSpan.FromHours(24));

    public static DateTimeOffset LookAt(DateTimeOffset now, int looks) =>
        now + TimeSpan.FromSeconds(looks < LookSeconds.Length ? LookSeconds[looks] : 300);
}
