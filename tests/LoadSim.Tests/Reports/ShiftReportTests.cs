using System.Text.Json;
using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.LoadSim.Tests.Reports;

public sealed class ShiftReportTests
{
    private static readonly ShiftReport Good = new(25, 50, 50, 0, 0, new ShiftReport.Latency(120.5, 900), 25, 0, 400, null, []);

    private static readonly ShiftReport.ChaosReport BadDay = new(3, new Dictionary<string, int> { ["enrolment"] = 1, ["beforeReady"] = 2 }, 4, 5, 6);

    [Fact]
    public void The_line_has_the_agreed_members_in_their_order_and_no_others() =>
        Assert.Equal(
            """{"devices":25,"signIns":50,"signOuts":50,"residue":0,"lost":0,"signInToReadyMs":{"p50":120.5,"p99":900}}""",
            (Good with { Chaos = BadDay }).ToLine());

    [Fact]
    public void The_file_has_the_other_members_too()
    {
        var report = JsonDocument.Parse((Good with { Chaos = BadDay }).ToJson()).RootElement;

        Assert.Equal(
            ["devices", "signIns", "signOuts", "residue", "lost", "signInToReadyMs", "enrolled", "unenrolled", "pushes", "chaos", "failures"],
            report.EnumerateObject().Select(member => member.Name));
        Assert.Equal(2, report.GetProperty("chaos").GetProperty("killsByPhase").GetProperty("beforeReady").GetInt32());
    }

    [Fact]
    public void A_person_who_watches_is_told_what_the_line_leaves_out()
    {
        Assert.Equal("enrolled 25 of 25, unenrolled 0, pushes 400, failures 0", Good.ToWords());
        Assert.EndsWith(
            "; kills 3 (enrolment 1, beforeReady 2), locks 4, outages 5, refusals 6", (Good with { Chaos = BadDay }).ToWords(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_shift_without_loss_holds() => Assert.True(Good.Holds(turns: 2));

    public static TheoryData<ShiftReport> Broken =>
    [
        Good with { SignIns = 49 },
        Good with { SignOuts = 49 },
        Good with { Residue = 1 },
        Good with { Lost = 1 },
        Good with { Enrolled = 24 },
        Good with { Unenrolled = 1 },
        Good with { Failures = ["iPad 3 waits"] },
    ];

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void Anything_missing_or_left_behind_fails_the_shift(ShiftReport report) => Assert.False(report.Holds(turns: 2));
}
