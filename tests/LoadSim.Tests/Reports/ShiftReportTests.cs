using System.Text.Json;
using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.LoadSim.Tests.Reports;

public sealed class ShiftReportTests
{
    private static readonly ShiftReport Good = new(25, 50, 50, 0, 0, new ShiftReport.Latency(120.5, 900), 25, 0, 400, null, []);

    [Fact]
    public void The_line_begins_with_the_agreed_fields_in_their_order() =>
        Assert.StartsWith(
            """{"devices":25,"signIns":50,"signOuts":50,"residue":0,"lost":0,"signInToReadyMs":{"p50":120.5,"p99":900}""",
            Good.ToJson(), StringComparison.Ordinal);

    [Fact]
    public void The_line_is_one_JSON_object() => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(Good.ToJson()).RootElement.ValueKind);

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
