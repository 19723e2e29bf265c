namespace Mdm.Fleet.LoadSim.Chaos;

/// <summary>At which of a shift's moments the server is killed: drawn by seed, each kind at least once. Safe to ask from all devices at once.</summary>
public sealed class KillPlan
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Moment, Countdown> _countdowns;

    public KillPlan(int devices, Random chance) => _countdowns = new()
    {
        [Moment.Enrolment] = new(chance, devices, kills: 1),
        [Moment.BeforeReady] = new(chance, devices, kills: devices >= 10 ? 2 : 1),
        [Moment.BeforeClean] = new(chance, devices, kills: devices >= 10 ? 2 : 1),
    };

    /// <summary>Whether this occurrence of the moment is one to kill at.</summary>
    public bool Strikes(Moment moment)
    {
        lock (_gate)
            return _countdowns[moment].Strikes();
    }

    private sealed class Countdown(Random chance, int devices, int kills)
    {
        private int _left = kills;
        private int _wait = chance.Next(Math.Max(1, devices / 2));

        public bool Strikes()
        {
            if (_left == 0 || _wait-- > 0)
                return false;
            _left--;
            _wait = chance.Next(1, Math.Max(2, devices / 2));
            return true;
        }
    }
}

/// <summary>Where in a device's life the server is killed.</summary>
public enum Moment
{
    /// <summary>Some devices are enrolled, others are at it.</summary>
    Enrolment,

    /// <summary>A sign-in was answered 2xx and the device is not ready yet.</summary>
    BeforeReady,

    /// <summary>A sign-out was answered 2xx and the device is not clean yet.</summary>
    BeforeClean,
}
