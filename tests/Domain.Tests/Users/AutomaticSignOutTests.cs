using System.Globalization;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Tests.Users;

/// <summary>When a session ends by itself, in the clocks of the place that the rule names.</summary>
public sealed class AutomaticSignOutTests
{
    [Theory]
    [Trait("Requirement", "MU-19")]
    [InlineData("Europe/Berlin", "20:00", "2026-01-15T08:00:00Z", "2026-01-15T19:00:00Z")] // the same day
    [InlineData("Europe/Berlin", "20:00", "2026-01-15T19:00:00Z", "2026-01-16T19:00:00Z")] // at the very moment: the next one
    [InlineData("Europe/Berlin", "20:00", "2026-01-15T22:30:00Z", "2026-01-16T19:00:00Z")] // after it
    [InlineData("Asia/Tokyo", "06:30", "2026-01-15T22:00:00Z", "2026-01-16T21:30:00Z")] // their day is another one
    [InlineData("Europe/Berlin", "20:00", "2026-03-28T20:00:00Z", "2026-03-29T18:00:00Z")] // clocks go forward in the night
    [InlineData("Europe/Berlin", "02:30", "2026-03-28T20:00:00Z", "2026-03-29T01:00:00Z")] // skipped: when the clocks go on
    [InlineData("Europe/Berlin", "02:30", "2026-10-24T20:00:00Z", "2026-10-25T00:30:00Z")] // twice: the first
    [InlineData("Europe/Berlin", "02:30", "2026-10-25T00:45:00Z", "2026-10-26T01:30:00Z")] // between the two: the next day
    [InlineData("America/New_York", "00:00", "2026-06-30T12:00:00Z", "2026-07-01T04:00:00Z")]
    public void A_time_of_day_is_the_next_one_on_the_clocks_of_its_place(string zone, string at, string since, string ends)
    {
        var rule = new AutomaticSignOut(null, TimeOnly.Parse(at, CultureInfo.InvariantCulture), zone);
        Assert.Equal((Instant(ends), AutomaticSignOut.ByTime), rule.Next(Instant(since), Instant(since)));
    }

    [Fact]
    [Trait("Requirement", "MU-19")]
    public void Whichever_comes_first_ends_the_session()
    {
        var rule = new AutomaticSignOut(30, new TimeOnly(20, 0), "UTC");
        var since = Instant("2026-01-15T08:00:00Z");
        Assert.Equal((Instant("2026-01-15T08:30:00Z"), AutomaticSignOut.ByIdle), rule.Next(since, since));
        Assert.Equal((Instant("2026-01-15T20:00:00Z"), AutomaticSignOut.ByTime), rule.Next(since, Instant("2026-01-15T19:45:00Z")));
    }

    [Theory]
    [InlineData("Europe/Berlin", true)]
    [InlineData("UTC", true)]
    [InlineData("Mars/Olympus", false)]
    [InlineData("W. Europe Standard Time", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("", false)]
    public void Only_IANA_names_are_time_zones(string name, bool isZone) => Assert.Equal(isZone, AutomaticSignOut.IsTimeZone(name));

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
