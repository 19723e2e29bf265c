using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Domain.Tests.Push;

/// <summary>A topic whose pushes are asked for and sent on a simulated clock; it notes what went when, and checks the order as it goes.</summary>
internal sealed class GovernedTopic(GovernorSettings settings, int seed, int waitingMax = 250_000)
{
    private readonly PushGovernor<string> _governor = new(settings, new Random(seed), waitingMax);
    private readonly Dictionary<string, PushUrgency> _waiting = [];
    private int _urgent;

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    public List<(string Device, DateTimeOffset At)> Sent { get; } = [];

    public IReadOnlyDictionary<string, PushUrgency> Waiting => _waiting;

    public (int Urgent, int Bulk) Counts => (_governor.UrgentCount, _governor.BulkCount);

    public PushPlace Ask(string device, PushUrgency urgency)
    {
        var place = _governor.Ask(EnrollmentId.Parse(device), device, urgency, Now);
        Assert.Equal(_waiting.ContainsKey(device), place == PushPlace.Coalesced);
        if (place != PushPlace.NoRoom && (place == PushPlace.Waits || urgency == PushUrgency.Urgent))
        {
            _urgent += urgency - _waiting.GetValueOrDefault(device);
            _waiting[device] = urgency;
        }

        return place;
    }

    public void Ask(int devices, PushUrgency urgency, string name = "device")
    {
        for (var device = 0; device < devices; device++)
            Ask($"{name}-{device:D6}", urgency);
    }

    public TimeSpan? Forecast(int more = 0) => _governor.Forecast(Now, more);

    public void Pass(TimeSpan time) => Now += time;

    public void Set(PushPause pause) => _governor.Change(_governor.Settings with { Pause = pause });

    /// <summary>All that may go now goes.</summary>
    public int Send()
    {
        var sent = 0;
        for (; _governor.TryTake(Now, withBulk: true, out var device); sent++)
        {
            Assert.True(_waiting.Remove(device, out var urgency), $"{device} was sent and did not wait.");
            Assert.NotEqual(PushPause.All, _governor.Settings.Pause);
            if (urgency == PushUrgency.Bulk)
            {
                Assert.Equal(PushPause.None, _governor.Settings.Pause);
                Assert.Equal(0, _urgent);
            }
            else
            {
                _urgent--;
            }

            Sent.Add((device, Now));
        }

        Assert.Equal(_waiting.Count, Counts.Urgent + Counts.Bulk);
        return sent;
    }

    /// <summary>Time goes on from one push to the next until none can go.</summary>
    public void SendAll()
    {
        while (_governor.NextAt(Now) is { } next)
        {
            Now = next > Now ? next : Now;
            Send();
        }
    }
}
