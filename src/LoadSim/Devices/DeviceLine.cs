using Mdm.Fleet.LoadSim.Network;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>The device's network: it can be down, and a message that was not accepted is sent again until it is.</summary>
public sealed class DeviceLine(ChangeSignal changed, Random chance, TimeSpan retryLongest, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _up = new();
    private bool _down;

    /// <summary>No network. Going down breaks what is under way, so that its answer is lost.</summary>
    public bool Down
    {
        get
        {
            lock (_gate)
                return _down;
        }

        set
        {
            lock (_gate)
            {
                if (_down == value)
                    return;
                _down = value;
                if (value)
                    _up.Cancel();
                else
                    Renew();
            }

            changed.Raise();
        }
    }

    /// <summary>Sends the same message until the server answers with more than a failure; the waits between are bounded and jittered.</summary>
    public async Task<MdmAnswer> InsistAsync(Func<CancellationToken, Task<MdmAnswer>> send, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(chance, retryLongest);
        while (true)
        {
            await WhenUpAsync(cancellationToken);
            var answer = await TryAsync(send, cancellationToken);
            if (answer is not MdmAnswer.Failed)
                return answer;
            await Task.Delay(backoff.Next(), time, cancellationToken);
        }
    }

    /// <summary>Waits until there is a network.</summary>
    public Task WhenUpAsync(CancellationToken cancellationToken) =>
        changed.UntilAsync(() => !Down, Timeout.InfiniteTimeSpan, time, cancellationToken);

    /// <summary>A token that is cancelled when the network goes down, or with the given one. The caller disposes the source.</summary>
    public CancellationTokenSource WhileUp(CancellationToken cancellationToken)
    {
        lock (_gate)
            return CancellationTokenSource.CreateLinkedTokenSource(_up.Token, cancellationToken);
    }

    public void Dispose()
    {
        lock (_gate)
            _up.Dispose();
    }

    private void Renew()
    {
        _up.Dispose();
        _up = new CancellationTokenSource();
    }

    private async Task<MdmAnswer> TryAsync(Func<CancellationToken, Task<MdmAnswer>> send, CancellationToken cancellationToken)
    {
        using var whileUp = WhileUp(cancellationToken);
        try
        {
            return await send(whileUp.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new MdmAnswer.Failed("the network went down");
        }
    }
}
