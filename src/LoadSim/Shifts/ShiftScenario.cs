using Mdm.Fleet.LoadSim.Admin;
using Mdm.Fleet.LoadSim.Apns;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>
/// The whole shift against a running server: prepare, enrol all, hand each device from person to person, look for what is left or lost. What it
/// counts, the devices themselves saw.
/// </summary>
public sealed class ShiftScenario(ShiftOptions options, AdminApi admin, SimulatedApns apns, TrustedRoots roots, IMischief mischief, Progress progress, TimeProvider time)
{
    private const int EnrolAtOnce = 12;
    private readonly ShiftTally _tally = new(progress);
    private readonly ShiftPlan _plan = ShiftPlan.Create();
    private readonly Staff _staff = new(options.Devices, options.People ?? Staff.CountFor(options.Devices), options.Seed);

    /// <summary>Plays it and returns what came of it. A step that fails ends its device's part, not the others'.</summary>
    public async Task<ShiftReport> RunAsync(CancellationToken cancellationToken)
    {
        progress.Say($"preparing: {_staff.People.Count} people, {_plan.Items.Length} items, push certificate");
        var preparation = new Preparation(admin, _plan, _staff);
        await new PushSetup(admin, apns).RunAsync(options.Seed, cancellationToken);
        var address = await preparation.RunAsync(cancellationToken);
        await using var fleet = new WardFleet(options, apns, roots, time);
        mischief.Choose(fleet.Devices, _plan, _staff);
        var watches = fleet.Devices.Select(device => new DeviceWatch(device, _plan, _tally)).ToArray();
        var lives = fleet.Start();
        progress.Say($"{options.Devices} iPads enrol, then {options.Turns} people take each in turn");
        await Task.WhenAny(lives, PlayAsync(watches, address, cancellationToken)).Unwrap();
        progress.Say($"looking for what was lost ({_tally})");
        await new ShiftAudit(admin, preparation, _tally, roots, options, time).RunAsync(watches, cancellationToken);
        return Report(fleet);
    }

    private async Task PlayAsync(IReadOnlyList<DeviceWatch> watches, Uri address, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var telling = TellAsync(over.Token);
        using var doors = new SemaphoreSlim(EnrolAtOnce);
        await Task.WhenAll(watches.Select((watch, index) => PlayAsync(
            new DeviceShift(index, watch, options, _staff, roots, _tally, mischief, time), address, doors, cancellationToken)));
        await over.CancelAsync();
        await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task PlayAsync(DeviceShift shift, Uri address, SemaphoreSlim doors, CancellationToken cancellationToken)
    {
        var enrolled = await AttemptAsync(() => EnrolAsync(shift, address, doors, cancellationToken));
        for (var turn = 0; enrolled && (options.Forever || turn < options.Turns); turn++)
            if (!await AttemptAsync(() => shift.TakeTurnAsync(turn, cancellationToken)) && !options.Forever)
                return;
    }

    private static async Task EnrolAsync(DeviceShift shift, Uri address, SemaphoreSlim doors, CancellationToken cancellationToken)
    {
        await doors.WaitAsync(cancellationToken);
        try
        {
            await shift.EnrolAsync(address, cancellationToken);
        }
        finally
        {
            doors.Release();
        }
    }

    private async Task<bool> AttemptAsync(Func<Task> step)
    {
        try
        {
            await step();
            return true;
        }
        catch (ShiftFailedException failed)
        {
            _tally.NoteFailure(failed.Message);
            return false;
        }
    }

    /// <summary>Says how far the shift is, every few seconds when that changed.</summary>
    private async Task TellAsync(CancellationToken cancellationToken)
    {
        var said = "";
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(options.Forever ? 30 : 3), time, cancellationToken);
            if (_tally.ToString() is var now && now != said)
                progress.Say(said = now);
        }
    }

    private ShiftReport Report(WardFleet fleet) => new(
        options.Devices,
        _tally.SignIns,
        _tally.SignOuts,
        _tally.Residue,
        _tally.Lost,
        ShiftReport.Latency.Of(_tally.ReadyMs),
        _tally.Enrolled,
        fleet.Devices.Sum(device => device.Unenrolled),
        fleet.Devices.Sum(device => device.Pushed),
        null,
        _tally.Failures);
}
