using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Domain.Tests.Push;

[Trait("Requirement", "BY-06")]
public sealed class GovernorSettingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1_000, 500, 5, null)]
    [InlineData(1, 1, 0, null)]
    [InlineData(10_000, 10_000, 600, null)]
    [InlineData(0, 500, 5, "PerSecond")]
    [InlineData(10_001, 10_000, 5, "PerSecond")]
    [InlineData(1_000, 99, 5, "Burst")]
    [InlineData(1_000, 10_001, 5, "Burst")]
    [InlineData(1_000, 500, -1, "JitterSeconds")]
    [InlineData(1_000, 500, 601, "JitterSeconds")]
    public void Settings_that_would_stop_or_flood_are_named(int perSecond, int burst, int jitterSeconds, string? wrong) =>
        Assert.Equal(wrong, new GovernorSettings(perSecond, burst, jitterSeconds).Problem()?.Member);

    [Fact]
    public void The_meter_counts_what_was_within_the_last_minute()
    {
        var meter = new SentMeter();
        for (var second = 0; second < 90; second++)
            meter.Count(Now.AddSeconds(second));
        Assert.Equal(60, meter.LastMinute(Now.AddSeconds(89)));
        Assert.Equal(30, meter.LastMinute(Now.AddSeconds(119)));
        Assert.Equal(0, meter.LastMinute(Now.AddDays(1)));
    }
}
