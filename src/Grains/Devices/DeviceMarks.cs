using System.Collections.Immutable;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>How a device learns that commands wait for it.</summary>
internal enum Wake
{
    /// <summary>It is left to come by itself.</summary>
    Never,

    /// <summary>It is connected, or will be in a moment: a push follows only if it does not come.</summary>
    Later,

    /// <summary>A push in its turn, as many devices may be concerned, and again if it does not come.</summary>
    InTurn,

    /// <summary>A push now, as a person or an admin waits, and again if it does not come.</summary>
    Now,
}

/// <summary>
/// A device's due marks: a push as long as commands wait, a look when a plan wants one. Marks are numbered by the time they were
/// set at, so that clearing never takes a younger one.
/// </summary>
internal sealed class DeviceMarks(PushOutlook outlook)
{
    public const string Push = "push";
    public const string Look = "look";
    public const string Catalog = "catalog";

    /// <summary>APNs may not know a token in its first seconds (apple/protocol-notes.md, section 2.2).</summary>
    private static readonly TimeSpan FirstPush = TimeSpan.FromSeconds(2);

    /// <summary>When the sweeper pushes again if the device did not come.</summary>
    private static readonly TimeSpan NextPush = TimeSpan.FromSeconds(15);

    /// <summary>For whom a person or an admin waited is pushed again before others until the pauses are longer than this.</summary>
    private static readonly TimeSpan UrgentPause = TimeSpan.FromMinutes(1);

    /// <summary>When the sweeper has a device plan again that could not ask for the newest catalog after a change.</summary>
    private static readonly TimeSpan CheckLater = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PushMax = TimeSpan.FromHours(6);

    /// <summary>Null = an earlier activation may have set it, or not.</summary>
    private bool? _pushMarked = false;
    private TimeSpan _pushPause = NextPush;
    private long _lastMark;
    private long _lookMark;
    private bool _isBehindBulk;

    /// <summary>How urgent it is to push again.</summary>
    public PushUrgency Urgency { get; private set; }

    public DateTimeOffset? LookAgainAt { get; private set; }

    /// <summary>
    /// After an activation: what is queued may have had its mark set by an earlier one, or was queued without a push. The look that nearly
    /// every device waits for is that of its certificate; an earlier one that was set comes by its mark.
    /// </summary>
    public void Recovered(Device device)
    {
        _pushMarked = device.Queue.IsEmpty ? false : null;
        LookAgainAt = Renewals.LookAt(device);
    }

    public bool IsLookDue(DateTimeOffset now) => LookAgainAt <= now;

    /// <summary>What a change of the device means for its marks.</summary>
    public ImmutableArray<DueChange> Changes(RecordKey key, Device before, Device next, DateTimeOffset? lookAgainAt, Wake wake, DateTimeOffset now)
    {
        var changes = ImmutableArray.CreateBuilder<DueChange>();
        var mark = NewMark(now);
        if (next.Queue.IsEmpty)
        {
            if (_pushMarked != false)
                changes.Add(new DueChange(key, Push, mark, null));
            _pushMarked = false;
            _pushPause = NextPush;
            Urgency = PushUrgency.Bulk;
        }
        else if (next.Push is not null && wake != Wake.Never && (_pushMarked != true || IsPushFarOff(before, next, wake)))
        {
            _pushMarked = true;
            _pushPause = NextPush;
            _isBehindBulk = wake == Wake.InTurn;
            var wait = _isBehindBulk ? outlook.WaitOf(key.Key, now) : TimeSpan.Zero;
            changes.Add(new DueChange(key, Push, mark, now + wait + (before.Push is null ? FirstPush : NextPush)));
        }

        if (!next.Queue.IsEmpty && (wake == Wake.Now || before.Push is null))
            Urgency = PushUrgency.Urgent;

        if (next.PlannedRevision != before.PlannedRevision)
            changes.Add(new DueChange(key, Catalog, next.PlannedRevision, null));
        if (SeesOther(before, next))
            changes.Add(new DueChange(key, Catalog, next.PlannedRevision, now + CheckLater)); // until the device has asked whether its plan is of the newest catalog
        if (lookAgainAt != LookAgainAt)
        {
            changes.Add(new DueChange(key, Look, mark, null));
            if (lookAgainAt is not null)
                changes.Add(new DueChange(key, Look, mark, lookAgainAt));
            (LookAgainAt, _lookMark) = (lookAgainAt, mark);
        }

        return changes.ToImmutable();
    }

    /// <summary>Whether a fan-out that looked at the device before this change could miss something.</summary>
    public static bool SeesOther(Device before, Device next) =>
        next.Status == EnrollmentStatus.Enrolled && !DeviceRow.IsSameSubject(before, next);

    /// <summary>The push mark's time has come: the next one later, ever more rarely; none when nothing waits.</summary>
    public ImmutableArray<DueChange> Postpone(RecordKey key, long mark, DateTimeOffset now, bool waits)
    {
        _lastMark = Math.Max(_lastMark, mark);
        var cleared = new DueChange(key, Push, mark, null);
        _pushMarked = waits;
        if (!waits)
            return [cleared];
        if (_pushPause > UrgentPause)
            Urgency = PushUrgency.Bulk;
        _isBehindBulk = Urgency == PushUrgency.Bulk;
        var at = now + _pushPause + (_isBehindBulk ? outlook.WaitOf(key.Key, now) : TimeSpan.Zero);
        _pushPause = _pushPause * 2 < PushMax ? _pushPause * 2 : PushMax;
        return [cleared, new DueChange(key, Push, NewMark(now), at)];
    }

    /// <summary>A look or a catalog mark was obeyed. A look that the plan set anew meanwhile stays.</summary>
    public ImmutableArray<DueChange> Looked(RecordKey key, string reason, long mark) => (reason, LookAgainAt) switch
    {
        (Look, not null) when mark < _lookMark => [],
        (Look, { } at) => [new DueChange(key, Look, mark, null), new DueChange(key, Look, Math.Max(mark, _lastMark), at)],
        _ => [new DueChange(key, reason, mark, null)],
    };

    /// <summary>
    /// New commands for a device that is pushed ever more rarely: the next push after this one must not be hours away; nor behind a fleet's
    /// when a person or an admin waits.
    /// </summary>
    private bool IsPushFarOff(Device before, Device next, Wake wake) => next.Queue != before.Queue
        && ((wake >= Wake.InTurn && _pushPause > NextPush && next.Queue.Length >= before.Queue.Length) || (wake == Wake.Now && _isBehindBulk));

    /// <summary>Grows strictly, whatever the clock does.</summary>
    private long NewMark(DateTimeOffset now) => _lastMark = Math.Max(_lastMark + 1, now.ToUnixTimeMilliseconds());
}
