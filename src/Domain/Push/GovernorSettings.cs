namespace Mdm.Fleet.Domain.Push;

/// <summary>How fast a topic's pushes go.</summary>
/// <param name="PerSecond">Pushes a second in the long run.</param>
/// <param name="Burst">Pushes that may go at once after a rest; a fifth of them only for urgent ones.</param>
/// <param name="JitterSeconds">The longest that chance holds a bulk push back when many are asked for at once.</param>
/// <param name="Pause">What is held back altogether.</param>
public sealed record GovernorSettings(
    int PerSecond = GovernorSettings.PerSecondDefault,
    int Burst = GovernorSettings.BurstDefault,
    int JitterSeconds = GovernorSettings.JitterSecondsDefault,
    PushPause Pause = PushPause.None)
{
    public const int PerSecondDefault = 1_000;
    public const int PerSecondMax = 10_000;
    public const int BurstDefault = 500;
    public const int BurstMax = 10_000;
    public const int JitterSecondsDefault = 5;
    public const int JitterSecondsMax = 600;

    /// <summary>The least burst with which a rate is reached: what a tenth of a second brings, as the waiting are looked at every few hundredths.</summary>
    public static int BurstMin(int perSecond) => Math.Max(1, (perSecond + 9) / 10);

    /// <summary>What is wrong with which member; null = it can be used.</summary>
    public (string Member, string Message)? Problem() => this switch
    {
        { PerSecond: < 1 or > PerSecondMax } => (nameof(PerSecond), $"1 to {PerSecondMax} pushes a second."),
        _ when Burst < BurstMin(PerSecond) || Burst > BurstMax => (nameof(Burst), $"At this rate, {BurstMin(PerSecond)} to {BurstMax} pushes at once."),
        { JitterSeconds: < 0 or > JitterSecondsMax } => (nameof(JitterSeconds), $"0 to {JitterSecondsMax} seconds."),
        _ => null,
    };
}
