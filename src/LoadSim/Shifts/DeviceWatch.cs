using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>
/// Compares what one device holds with what the scenario wrote down. Each look at what a hand-over left counts things not counted before, so
/// that residue counts however late it comes, and once.
/// </summary>
public sealed class DeviceWatch(SimulatedDevice device, ShiftPlan plan, ShiftTally tally)
{
    private readonly List<string> _counted = [];
    private readonly List<Session> _sessions = [];

    public SimulatedDevice Device { get; } = device;

    /// <summary>How reports call the device.</summary>
    public string Name => $"{Device.Facts.DeviceName} ({Device.Facts.SerialNumber})";

    /// <summary>Its enrolment was answered 2xx.</summary>
    public bool Enrolled { get; private set; }

    /// <summary>The last act of a person here was a sign-out that was answered 2xx, and what follows belongs to nobody.</summary>
    public bool HandedOver { get; private set; }

    /// <summary>The sessions whose sign-out was answered 2xx, oldest first.</summary>
    public IReadOnlyList<Session> Sessions => _sessions;

    public void NoteEnrolled()
    {
        Enrolled = true;
        tally.NoteEnrolled();
    }

    public void NoteSignIn()
    {
        HandedOver = false;
        tally.NoteSignIn();
    }

    public void NoteSignOut(Session session)
    {
        _sessions.Add(session);
        _counted.Clear();
        HandedOver = true;
        tally.NoteSignOut();
    }

    /// <summary>What this owner must have and the device does not hold, apart from what it refuses.</summary>
    public IReadOnlyList<string> MissingFor(Role owner) =>
        [.. plan.MarksOf(owner).Except(Device.Temper.RefusedMarks).Except(Device.Contents.UsableMarks())];

    /// <summary>What is on the device and not nobody's: whatever is not in the set, and what is there twice.</summary>
    public IReadOnlyList<string> Left() => Without(Device.Contents.PresentMarks(), plan.MarksOf(Role.Nobody));

    /// <summary>Counts as residue what is left now and was not counted since the sign-out. Nothing before the first one, or while somebody holds the device.</summary>
    public void LookForResidue()
    {
        if (!HandedOver)
            return;
        var found = Without(Left(), _counted);
        _counted.AddRange(found);
        tally.NoteResidue(Name, found);
    }

    private static List<string> Without(IEnumerable<string> marks, IEnumerable<string> others)
    {
        var rest = marks.ToList();
        foreach (var other in others)
            rest.Remove(other);
        return rest;
    }
}

/// <summary>One person's time on a device.</summary>
/// <param name="Person">Who.</param>
/// <param name="Epoch">The session's number, as the sign-in page showed it: no other session of the device has it.</param>
public sealed record Session(Person Person, long Epoch);
