using System.Collections.Concurrent;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.People;
using Mdm.Fleet.LoadSim.Reports;
using Mdm.Fleet.LoadSim.Shifts;

namespace Mdm.Fleet.LoadSim.Chaos;

/// <summary>
/// A bad day, by seed: the server is killed at the moments of a <see cref="KillPlan"/>, and some devices lock, refuse an item, or lose their
/// network for a while.
/// </summary>
public sealed class ChaosMischief : IMischief
{
    private static readonly TimeSpan HoldLongest = TimeSpan.FromSeconds(60);
    private readonly TaskCompletionSource _enrolmentStruck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SupervisedServer _server;
    private readonly KillPlan _kills;
    private readonly Random _chance;
    private readonly TroubleDeck _troubles;
    private readonly Progress _progress;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Moment, int> _killed = new();
    private IReadOnlyList<SimulatedDevice> _devices = [];
    private int _locks;
    private int _outages;

    public ChaosMischief(SupervisedServer server, int devices, int seed, Progress progress, TimeProvider time)
    {
        (_chance, _troubles) = (new Random(seed), new TroubleDeck(new Random(seed + 2)));
        (_server, _kills, _progress, _time) = (server, new KillPlan(devices, new Random(seed + 1)), progress, time);
    }

    /// <summary>What was done so far.</summary>
    public ShiftReport.ChaosReport Report => new(
        _killed.Values.Sum(),
        _killed.ToDictionary(kill => char.ToLowerInvariant(kill.Key.ToString()[0]) + kill.Key.ToString()[1..], kill => kill.Value),
        _locks,
        _outages,
        _devices.Sum(device => device.Temper.Refusals));

    /// <summary>Each kind of moment had its kill.</summary>
    public bool Complete => Enum.GetValues<Moment>().All(_killed.ContainsKey);

    /// <summary>Every fifth device refuses one thing that its first person brings.</summary>
    public void Choose(IReadOnlyList<SimulatedDevice> devices, ShiftPlan plan, Staff staff)
    {
        _devices = devices;
        for (var index = _chance.Next(Math.Min(5, devices.Count)); index < devices.Count; index += 5)
        {
            var candidates = plan.MarksOf(staff.On(index, turn: 0).Role).Except(plan.MarksOf(Role.Nobody));
            var mark = candidates[_chance.Next(candidates.Count)];
            devices[index].Temper.Refuse(mark);
            _progress.Say($"{devices[index].Facts.DeviceName} will refuse {mark}");
        }
    }

    /// <summary>The last device begins when the server is killed for enrolments, so that one is always at it then; or after a minute.</summary>
    public async Task EnrollingAsync(SimulatedDevice device, CancellationToken cancellationToken)
    {
        if (_devices.Count > 1 && device == _devices[^1])
            await _enrolmentStruck.Task.WaitAsync(HoldLongest, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task EnrolledAsync(SimulatedDevice device, CancellationToken cancellationToken) =>
        StrikeAsync(Moment.Enrolment, () => _devices.Count == 1 || !_devices.All(each => each.Enrolled), cancellationToken);

    public async Task SignedInAsync(SimulatedDevice device, Func<bool> pending, CancellationToken cancellationToken)
    {
        await StrikeAsync(Moment.BeforeReady, pending, cancellationToken);
        Trouble(device, cancellationToken);
    }

    public async Task SignedOutAsync(SimulatedDevice device, Func<bool> pending, CancellationToken cancellationToken)
    {
        await StrikeAsync(Moment.BeforeClean, pending, cancellationToken);
        Trouble(device, cancellationToken);
    }

    private async Task StrikeAsync(Moment moment, Func<bool> applies, CancellationToken cancellationToken)
    {
        if (!applies() || !_kills.Strikes(moment))
            return;
        if (moment == Moment.Enrolment)
            _enrolmentStruck.TrySetResult();
        _killed.AddOrUpdate(moment, 1, (_, kills) => kills + 1);
        await _server.KillAndRestartAsync(moment switch
        {
            Moment.Enrolment => $"during enrolment, {_devices.Count(device => device.Enrolled)} of {_devices.Count} enrolled",
            Moment.BeforeReady => "between a sign-in's 2xx and ready",
            Moment.BeforeClean => "between a sign-out's 2xx and clean",
            _ => throw new InvalidOperationException("No such moment."),
        }, cancellationToken);
    }

    /// <summary>The device goes on with its life meanwhile; the trouble ends by itself.</summary>
    private void Trouble(SimulatedDevice device, CancellationToken cancellationToken)
    {
        var (trouble, lasts) = _troubles.Draw();
        _ = trouble switch
        {
            TroubleKind.None => Task.CompletedTask,
            TroubleKind.Lock => LockAsync(device, lasts, cancellationToken),
            TroubleKind.Outage => LoseNetworkAsync(device, lasts, cancellationToken),
            _ => throw new InvalidOperationException("No such trouble."),
        };
    }

    private async Task LockAsync(SimulatedDevice device, TimeSpan lasts, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _locks);
        device.Contents.Locked = true;
        await Task.Delay(lasts, _time, cancellationToken);
        device.Unlock();
    }

    private async Task LoseNetworkAsync(SimulatedDevice device, TimeSpan lasts, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _outages);
        device.Offline = true;
        await Task.Delay(lasts, _time, cancellationToken);
        device.Offline = false;
    }
}
