using System.Collections.Frozen;
using System.Collections.Immutable;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>
/// What this activation knows of handed-out commands. It is not stored: a command that was queued before this activation counts as
/// handed out (DESIGN.md, section 1).
/// </summary>
internal sealed class HandedOut
{
    private static readonly FrozenSet<Guid> None = FrozenSet<Guid>.Empty;

    private HashSet<Guid>? _queuedHere;
    private HashSet<Guid>? _handedOut;
    private HashSet<Guid>? _deferred;

    public IReadOnlySet<Guid> DeferredIds => _deferred is null ? None : _deferred;

    public Guid NewId()
    {
        var id = Guid.NewGuid();
        (_queuedHere ??= []).Add(id);
        return id;
    }

    public bool MayBe(Guid id) => _handedOut?.Contains(id) == true || _queuedHere?.Contains(id) != true;

    public void Add(Guid id) => (_handedOut ??= []).Add(id);

    /// <summary>The device answered NotNow: not asked again in this connection. An id that no command waits under is not remembered.</summary>
    public void Defer(Device device, Guid id)
    {
        if (device.Queue.Any(queued => queued.Id == id))
            (_deferred ??= []).Add(id);
    }

    public void NewSession() => _deferred = null;

    public ImmutableArray<Guid> Ids(Device device) => [.. device.Queue.Select(queued => queued.Id).Where(id => _handedOut?.Contains(id) == true)];

    public ImmutableArray<Guid> Deferred(Device device) => [.. device.Queue.Select(queued => queued.Id).Where(DeferredIds.Contains)];

    /// <summary>Ids that left the queue need not be remembered.</summary>
    public void Forget(Device device)
    {
        if (device.Queue.IsEmpty)
        {
            _queuedHere = _handedOut = _deferred = null;
            return;
        }

        if ((_queuedHere?.Count ?? 0) + (_handedOut?.Count ?? 0) <= 2 * device.Queue.Length + 8)
            return;
        var live = device.Queue.Select(queued => queued.Id).ToHashSet();
        _queuedHere?.IntersectWith(live);
        _handedOut?.IntersectWith(live);
        _deferred?.IntersectWith(live);
    }
}
