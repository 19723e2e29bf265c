using System.Security.Authentication;
using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Outbound.Push;

/// <summary>
/// Apple's push service over HTTP/2 with the topic's push certificate. Bounded in tries, time and concurrency; keeps connections
/// open and replaces them as certificates are renewed or the service asks. Logs nothing: results say what happened.
/// </summary>
public sealed class ApnsClient : IPushSender, IDisposable
{
    private readonly ApnsOptions _options;
    private readonly IPushCertificates _certificates;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly SemaphoreSlim _slots;
    private readonly ApnsConnections _connections;
    private int _waiting;

    /// <param name="options">Where to and how much.</param>
    /// <param name="certificates">The push certificates in force.</param>
    /// <param name="time">The clock of timeouts, pauses and certificate expiry.</param>
    /// <param name="random">The chance in the pauses.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public ApnsClient(ApnsOptions options, IPushCertificates certificates, TimeProvider time, Random random)
    {
        _options = options.Checked();
        _certificates = certificates;
        _time = time;
        _random = random;
        _slots = new SemaphoreSlim(options.ConcurrencyMax);
        _connections = new ApnsConnections(options);
    }

    /// <summary>Sends that wait for their turn.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Sends whose turn it is: at most <see cref="ApnsOptions.ConcurrencyMax"/>.</summary>
    public int InFlight => _options.ConcurrencyMax - _slots.CurrentCount;

    /// <inheritdoc/>
    /// <remarks>What the certificate lookup throws passes through.</remarks>
    public async Task<PushResult> SendAsync(PushRequest request, CancellationToken cancellationToken = default)
    {
        for (var tries = 1; ; tries++)
        {
            var outcome = await TryInTurnAsync(request, cancellationToken);
            if (outcome.Again == Again.No || tries == _options.TriesMax)
                return outcome.Result;
            await Task.Delay(PauseAfter(tries), _time, cancellationToken);
        }
    }

    /// <summary>Closes the connections as their last requests end.</summary>
    public void Dispose() => _connections.Dispose();

    // A slot is held for one try, not through the pauses: a topic in trouble must not hold up the others.
    private async Task<ApnsTry> TryInTurnAsync(PushRequest request, CancellationToken cancellationToken)
    {
        if (!_slots.Wait(0, CancellationToken.None))
        {
            try
            {
                if (Interlocked.Increment(ref _waiting) > _options.WaitingMax)
                    return new(new PushResult.Retry("QueueFull"));
                await _slots.WaitAsync(cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
        try
        {
            return await TryOnceAsync(request, cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<ApnsTry> TryOnceAsync(PushRequest request, CancellationToken cancellationToken)
    {
        if (await _certificates.FindAsync(request.Topic, cancellationToken) is not { HasPrivateKey: true } certificate)
            return new(new PushResult.NoCertificate());
        if (certificate.NotAfter.ToUniversalTime() <= _time.GetUtcNow().UtcDateTime)
            return new(new PushResult.TopicRefused("CertificateExpired")); // the handshake would fail without saying why
        using var connection = _connections.Hold(request.Topic, certificate);
        var outcome = await ExchangeAsync(connection, request, cancellationToken);
        if (outcome.Again == Again.NewConnection)
            _connections.Drop(request.Topic, connection);
        return outcome;
    }

    private async Task<ApnsTry> ExchangeAsync(ApnsConnection connection, PushRequest push, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = ApnsRequest.Of(_options.BaseUrl, push);
            using var response = await connection.SendAsync(request, either.Token);
            return (await ApnsAnswer.ReadAsync(response, _time.GetUtcNow(), either.Token)).Outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(new PushResult.Retry("Timeout"), Again.NewConnection);
        }
        catch (HttpRequestException broken) when (broken.InnerException is AuthenticationException)
        {
            return new(new PushResult.Retry("HandshakeFailed")); // a certificate that one side does not trust: no pause of seconds cures it
        }
        catch (HttpRequestException broken)
        {
            return new(new PushResult.Retry(broken.HttpRequestError.ToString()), Again.SameConnection);
        }
        catch (IOException)
        {
            return new(new PushResult.Retry("ConnectionLost"), Again.SameConnection);
        }
    }

    // Full jitter: after an outage the senders must not come back in step.
    private TimeSpan PauseAfter(int tries)
    {
        var longest = Math.Min(_options.BackoffMax.Ticks, _options.Backoff.Ticks << Math.Min(tries - 1, 16));
        lock (_random)
            return TimeSpan.FromTicks(_random.NextInt64(1, longest + 1));
    }
}
