using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.LoadSim.Tests.Reports;

public class RequestTimelineTests
{
    [Fact]
    public void Requests_are_told_by_the_second_in_which_they_ended()
    {
        var time = new ManualTime();
        var timeline = new RequestTimeline(time);
        for (var ms = 1; ms <= 100; ms++)
            timeline.Note(TimeSpan.FromMilliseconds(ms), succeeded: ms <= 98);
        time.Advance(TimeSpan.FromSeconds(2));
        timeline.Note(TimeSpan.FromMilliseconds(7.04), succeeded: true);

        var seconds = timeline.Seconds();
        Assert.Equal(2, seconds.Count);
        Assert.Equal((98, 2, 50, 99), (seconds[0].Succeeded, seconds[0].Failed, seconds[0].P50Ms, seconds[0].P99Ms));
        Assert.Equal((1, 0, 7, 7), (seconds[1].Succeeded, seconds[1].Failed, seconds[1].P50Ms, seconds[1].P99Ms));
        Assert.Equal(TimeSpan.FromSeconds(2), seconds[1].At - seconds[0].At);
        Assert.Equal(2, timeline.ToJsonLines().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Without_requests_there_is_nothing_to_tell() => Assert.Empty(new RequestTimeline(new ManualTime()).ToJsonLines());
}
