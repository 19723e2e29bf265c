namespace Mdm.Fleet.LoadSim.Apns;

/// <summary>One device at the push service: its last undelivered push, and its open connection. Safe for any number of callers.</summary>
internal sealed class DeviceSlot(TimeProvider time, ApnsCounters counters)
{
    /// <summary>A device that polls counts as connected for so long after a poll, as it would be all the time with Apple.</summary>
    public static readonly TimeSpan PollGrace = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private string? _topic;
    private DateTimeOffset? _unregisteredAt;
    private ApnsPush? _stored;
    private TaskCompletionSource<ApnsPush?>? _connection;
    private DateTimeOffset _connectedUntil;

    public bool IsUnregistered
    {
        get
        {
            lock (_gate)
                return _unregisteredAt is not null;
        }
    }

    /// <summary>The device got this token, for one topic or for any.</summary>
    public void Register(string? topic)
    {
        lock (_gate)
            (_topic, _unregisteredAt) = (topic, null);
    }

    /// <summary>The device was erased or its profile removed: its connection ends, what is stored is gone.</summary>
    public void Unregister()
    {
        lock (_gate)
        {
            (_unregisteredAt, _stored) = (time.GetUtcNow(), null);
            Answer(null);
        }
    }

    /// <summary>Delivers, stores or lets expire; or refuses.</summary>
    public ApnsReply Offer(ApnsPush push)
    {
        lock (_gate)
        {
            if (_unregisteredAt is { } since)
                return new(410, "Unregistered", since);
            if (_topic is not null && _topic != push.Topic)
                return new(400, "DeviceTokenNotForTopic");
            if (!Answer(push))
                Store(push);
            return ApnsReply.Ok;
        }
    }

    /// <summary>The stored push or the next to arrive; null when the wait ends, the caller leaves, a newer connection replaces this one or the device is unregistered.</summary>
    public async Task<string?> NextAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var connection = Connect();
        using var timer = time.CreateTimer(_ => Leave(connection), null, wait, Timeout.InfiniteTimeSpan);
        using var left = cancellationToken.UnsafeRegister(_ => Leave(connection), null);
        if (await connection.Task is not { } push)
            return null;
        if (!cancellationToken.IsCancellationRequested)
        {
            counters.Delivered();
            return push.Magic;
        }
        TakeBack(push);
        return null;
    }

    private TaskCompletionSource<ApnsPush?> Connect()
    {
        var connection = new TaskCompletionSource<ApnsPush?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            Answer(null);
            _connection = connection;
            DropExpired();
            if (_unregisteredAt is not null)
                Answer(null);
            else if (_stored is { } stored && Answer(stored))
                _stored = null;
        }
        return connection;
    }

    private void Leave(TaskCompletionSource<ApnsPush?> connection)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_connection, connection))
                Answer(null);
        }
    }

    private bool Answer(ApnsPush? push)
    {
        if (_connection is not { } connection)
            return false;
        _connection = null;
        _connectedUntil = time.GetUtcNow() + PollGrace;
        connection.SetResult(push);
        return true;
    }

    private void Store(ApnsPush push)
    {
        DropExpired();
        var now = time.GetUtcNow();
        if (push.Expires <= now && _connectedUntil <= now)
        {
            counters.Expired();
            return;
        }
        if (_stored is not null)
            counters.Coalesced();
        _stored = push.Expires < _connectedUntil ? push with { Expires = _connectedUntil } : push;
    }

    // The device went away in the moment of delivery: as if it had been offline, unless a younger push came.
    private void TakeBack(ApnsPush push)
    {
        lock (_gate)
        {
            if (_unregisteredAt is not null)
                return;
            if (_stored is not null)
                counters.Coalesced();
            else if (!Answer(push))
                Store(push);
        }
    }

    private void DropExpired()
    {
        if (_stored is null || _stored.Expires > time.GetUtcNow())
            return;
        _stored = null;
        counters.Expired();
    }
}
