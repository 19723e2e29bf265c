using System.Collections.Immutable;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>What a device will not take, and what it saw happen that should not. Counters only grow.</summary>
public sealed class DeviceTemper
{
    private ImmutableHashSet<string> _refused = [];
    private int _refusals;
    private int _personalTouched;

    /// <summary>How many installs it refused.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    /// <summary>How often MDM asked to change something of the person's own.</summary>
    public int PersonalTouched => Volatile.Read(ref _personalTouched);

    /// <summary>The marks that it refuses.</summary>
    public IReadOnlySet<string> RefusedMarks => _refused;

    /// <summary>Answers installs of this thing with an error from now on.</summary>
    public void Refuse(string mark) => ImmutableInterlocked.Update(ref _refused, (set, added) => set.Add(added), mark);

    public bool Refuses(string mark) => _refused.Contains(mark);

    internal void NotePersonalTouched() => Interlocked.Increment(ref _personalTouched);

    internal CommandReply Refused(CommandReply reply)
    {
        Interlocked.Increment(ref _refusals);
        return reply;
    }
}
