using Mdm.Fleet.LoadSim.Chaos;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.LoadSim.Reports;
using Mdm.Fleet.LoadSim.Shifts;

namespace Mdm.Fleet.LoadSim.Tests.Chaos;

public sealed class ChaosMischiefTests
{
    private static readonly Progress Quiet = new(TextWriter.Null, TimeProvider.System);

    [Fact]
    public async Task The_last_device_enrols_only_when_the_server_is_killed_while_others_enrol()
    {
        await using var server = new SupervisedServer(["/bin/sh", "-c", "while :; do sleep 0.05; done"], TextWriter.Null, Quiet);
        server.Start();
        using SimulatedDevice first = Device(1), last = Device(2);
        var mischief = new ChaosMischief(server, devices: 2, seed: 1, Quiet, TimeProvider.System);
        mischief.Choose([first, last], ShiftPlan.Create(), new Staff(2, 4, seed: 1));

        await mischief.EnrollingAsync(first, CancellationToken.None);
        var waiting = mischief.EnrollingAsync(last, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        await mischief.EnrolledAsync(first, CancellationToken.None);

        await waiting;
        Assert.Equal(1, mischief.Report.KillsByPhase["enrolment"]);
    }

    private static SimulatedDevice Device(int number) =>
        new(DeviceFacts.Of(1, number), new DeviceOptions(), new TrustedRoots(), TimeProvider.System, seed: 1);
}
