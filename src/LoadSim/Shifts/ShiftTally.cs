using System.Collections.Concurrent;
using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>Counts what the devices and people of a shift saw. Safe to use from all of them at once.</summary>
public sealed class ShiftTally(Progress progress)
{
    private readonly ConcurrentBag<double> _readyMs = [];
    private readonly ConcurrentQueue<string> _failures = new();
    private int _enrolled;
    private int _signIns;
    private int _ready;
    private int _signOuts;
    private int _handedOver;
    private int _residue;
    private int _lost;

    public int Enrolled => _enrolled;

    public int SignIns => _signIns;

    public int SignOuts => _signOuts;

    public int Residue => _residue;

    public int Lost => _lost;

    /// <summary>Milliseconds from the sign-in's 2xx to the device holding every required item.</summary>
    public IReadOnlyCollection<double> ReadyMs => _readyMs;

    public IReadOnlyList<string> Failures => [.. _failures];

    public void NoteEnrolled() => Interlocked.Increment(ref _enrolled);

    public void NoteSignIn() => Interlocked.Increment(ref _signIns);

    public void NoteReady(TimeSpan after)
    {
        Interlocked.Increment(ref _ready);
        _readyMs.Add(after.TotalMilliseconds);
    }

    public void NoteSignOut() => Interlocked.Increment(ref _signOuts);

    /// <summary>A hand-over ended, as the sign-in page says.</summary>
    public void NoteHandedOver() => Interlocked.Increment(ref _handedOver);

    /// <summary>These marks were found on a device that is nobody's, and are not.</summary>
    public void NoteResidue(string device, IReadOnlyCollection<string> left)
    {
        if (left.Count == 0)
            return;
        Interlocked.Add(ref _residue, left.Count);
        progress.Say($"RESIDUE on {device}: {string.Join(", ", left)}");
    }

    /// <summary>An act was answered 2xx and its effect is not there.</summary>
    public void NoteLost(string what)
    {
        Interlocked.Increment(ref _lost);
        progress.Say($"LOST: {what}");
    }

    public void NoteFailure(string line)
    {
        _failures.Enqueue(line);
        progress.Say($"FAILED: {line}");
    }

    public override string ToString() =>
        $"enrolled {_enrolled}, signed in {_signIns}, ready {_ready}, signed out {_signOuts}, handed over {_handedOver}";
}

/// <summary>A device waited in vain; the message says which and for what.</summary>
public sealed class ShiftFailedException(string message, Exception? inner = null) : Exception(message, inner);
