namespace Mdm.Fleet.Domain.Users;

/// <summary>
/// When a session ends by itself (MU-19): after minutes without a sign of the person, at a time of day in an IANA time zone, or both,
/// whichever comes first.
/// </summary>
public sealed record AutomaticSignOut(int? IdleMinutes, TimeOnly? At, string? TimeZone)
{
    public const int IdleMinutesMin = 5;
    public const int IdleMinutesMax = 120;

    /// <summary>What a session that ends by itself is said to be ended by.</summary>
    public const string ByIdle = "idle";

    public const string ByTime = "time";

    /// <summary>Days looked at for a time of day: where a day has none, the next one has.</summary>
    private const int DaysMax = 3;

    /// <summary>Whether a time zone is known by this IANA name.</summary>
    public static bool IsTimeZone(string? name) =>
        name is { Length: > 0 and <= 64 } && !name.Contains(' ', StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _);

    /// <summary>When the session ends, and by what, if nothing more is seen of the person.</summary>
    public (DateTimeOffset At, string By) Next(DateTimeOffset since, DateTimeOffset activeAt)
    {
        var byIdle = IdleMinutes is { } minutes ? activeAt.AddMinutes(minutes) : DateTimeOffset.MaxValue;
        var byTime = At is { } time ? TimeOfDay(time, since) : DateTimeOffset.MaxValue;
        return byIdle < byTime ? (byIdle, ByIdle) : (byTime, ByTime);
    }

    /// <summary>A number that differs where the rule does, the same in every process.</summary>
    internal string Text => $"{IdleMinutes};{At:HHmm};{TimeZone}";

    /// <summary>The first such time of day after the sign-in.</summary>
    private DateTimeOffset TimeOfDay(TimeOnly time, DateTimeOffset since)
    {
        var zone = TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var known) ? known : TimeZoneInfo.Utc;
        var today = TimeZoneInfo.ConvertTime(since, zone).Date;
        for (var day = 0; day < DaysMax; day++)
        {
            if (InstantOf(today.AddDays(day) + time.ToTimeSpan(), zone) is var at && at > since)
                return at;
        }

        return DateTimeOffset.MaxValue;
    }

    /// <summary>A time that clocks skip is the moment at which they go on; of a time that comes twice the first counts.</summary>
    private static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
