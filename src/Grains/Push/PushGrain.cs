using System.Diagnostics;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Telemetry;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Push;

/// <summary>
/// Asks the governor what may go, sends it, and lets a timer do so for what waits. At most one push is under way a device; what was not
/// delivered stays due and is asked for again by the sweeper.
/// </summary>
public sealed partial class PushGrain(
    [PersistentState("push")] IPersistentState<PushRecord> state,
    PushOutlook outlook,
    IPushSender sender,
    PushMetrics metrics,
    TimeProvider time,
    ILogger<PushGrain> log) : Grain, IPush
{
    private const int UnderWayMax = 20_000;

    /// <summary>When the push service is slow, bulk pushes wait here, so that urgent ones still find room.</summary>
    private const int BulkUnderWayMax = 8_000;

    /// <summary>How long the push service keeps a push for a device that is off.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(2);

    /// <summary>After the push service refused the certificate, how long the topic rests.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    /// <summary>The waiting are looked at no more often than this, as several may go then,</summary>
    private static readonly TimeSpan LookSoonest = TimeSpan.FromMilliseconds(20);

    /// <summary>and at least so often, even when paused: an activation for which they wait is in use.</summary>
    private static readonly TimeSpan LookLatest = TimeSpan.FromSeconds(30);

    private readonly OutstandingPushes<PushTarget> _underWay = new(UnderWayMax);
    private readonly SentMeter _sent = new();
    private PushGovernor<PushTarget> _governor = null!;
    private IGrainTimer? _looks;
    private DateTimeOffset _lookAt;
    private DateTimeOffset _restsUntil;
    private bool _mayBeRefused = true;

    private string Topic => this.GetPrimaryKeyString();

    private bool IsAnyWaiting => _governor.UrgentCount + _governor.BulkCount > 0;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _governor = new PushGovernor<PushTarget>(state.State.Settings(), new Random(time.GetUtcNow().GetHashCode()));
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        metrics.Forget(Topic);
        return Task.CompletedTask;
    }

    public Task<TimeSpan?> Request(PushTarget target, PushUrgency urgency)
    {
        var now = time.GetUtcNow();
        _governor.Ask(target.Device, target, urgency, now);
        SendWhatMayGo(now);
        return Task.FromResult(BulkWait(now));
    }

    public Task Answered(PushTarget target, PushResult result)
    {
        var now = time.GetUtcNow();
        if (result is PushResult.TopicRefused)
            _restsUntil = now + Rest;
        if (_underWay.Done(target.Device, now, out var next))
        {
            if (result is PushResult.Accepted)
                Send(next, now);
            else
                _underWay.Done(target.Device, now, out _); // what was asked for meanwhile is left to the due mark
        }

        if (IsAnyWaiting)
            SendWhatMayGo(now);
        else
            NoteWaiting();
        return Task.CompletedTask;
    }

    public Task<PushView> View(int more)
    {
        var now = time.GetUtcNow();
        return Task.FromResult(new PushView(
            Topic, _governor.Settings, _governor.UrgentCount, _governor.BulkCount, _underWay.Count, _sent.LastMinute(now),
            _governor.Forecast(now, more), _restsUntil > now ? _restsUntil : null, state.Etag ?? "0"));
    }

    public async Task<PushView?> SetPace(GovernorSettings pace, string? etag, string by)
    {
        if (pace.Problem() is { } problem)
            throw new ArgumentException(problem.Message, problem.Member);
        if (etag is not null && etag != (state.Etag ?? "0"))
            return null;
        await Change(
            pace with { Pause = _governor.Settings.Pause }, by,
            $"Set pushes to {pace.PerSecond} a second, {pace.Burst} at once, jitter {pace.JitterSeconds} s");
        return await View(0);
    }

    public async Task<PushView> SetPause(PushPause pause, string by)
    {
        await Change(_governor.Settings with { Pause = pause }, by, pause switch
        {
            PushPause.None => "Resume pushes",
            PushPause.Bulk => "Pause bulk pushes",
            PushPause.All => "Pause all pushes",
            _ => throw new ArgumentOutOfRangeException(nameof(pause)),
        });
        return await View(0);
    }

    private async Task Change(GovernorSettings next, string by, string act)
    {
        if (next == _governor.Settings)
            return;
        state.State = PushRecord.Of(next, Lines.Audit(new RecordKey("push", Topic), time.GetUtcNow(), by, act));
        await state.WriteOrDrop(DeactivateOnIdle);
        var now = time.GetUtcNow();
        _governor.Change(next);
        SendWhatMayGo(now);
        outlook.Note(BulkWait(now), now);
    }

    private TimeSpan? BulkWait(DateTimeOffset now) => _governor.Settings.Pause == PushPause.None ? _governor.Forecast(now) : null;

    private void SendWhatMayGo(DateTimeOffset now)
    {
        while (_restsUntil <= now && _governor.TryTake(now, _underWay.HasRoom(BulkUnderWayMax, now), out var push))
        {
            if (_underWay.Request(push.Device, push, now) == PushTurn.SendNow)
                Send(push, now);
        }

        NoteWaiting();
        LookAgainLater(now);
    }

    private void NoteWaiting() => metrics.Note(Topic, _governor.UrgentCount, _governor.BulkCount, _underWay.Count);

    /// <summary>A push that goes while an earlier one of the device is under way has had its turn: it follows when that one ends.</summary>
    private void Send(PushTarget target, DateTimeOffset now)
    {
        _sent.Count(now);
        Deliver(target);
    }

    private void LookAgainLater(DateTimeOffset now)
    {
        if (!IsAnyWaiting)
            return;
        var wait = (_restsUntil > now ? _restsUntil : _governor.NextAt(now)) - now ?? LookLatest;
        var at = now + (wait < LookSoonest ? LookSoonest : wait > LookLatest ? LookLatest : wait);
        if (_lookAt > now && _lookAt <= at)
            return;
        _lookAt = at;
        _looks ??= this.RegisterGrainTimer(
            Look, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        _looks.Change(at - now, Timeout.InfiniteTimeSpan);
    }

    private Task Look(CancellationToken cancellation)
    {
        _lookAt = default;
        SendWhatMayGo(time.GetUtcNow());
        return Task.CompletedTask;
    }

    /// <summary>
    /// Sends outside any turn of this grain, and tells others outside of it too: a device that asks for a push waits for this grain,
    /// so this grain must never wait for a device.
    /// </summary>
    private void Deliver(PushTarget target)
    {
        var (self, factory, topic, now) = (this.AsReference<IPush>(), GrainFactory, this.GetPrimaryKeyString(), time.GetUtcNow());
        _ = Task.Run(() => Deliver(target, self, factory, topic, now));
    }

    private async Task Deliver(PushTarget target, IPush self, IGrainFactory factory, string topic, DateTimeOffset now)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var result = await Send(new PushRequest(topic, target.Token, target.Magic, now + Life));
            metrics.Ended(topic, target.Device.Value, result, began);
            await self.Answered(target, result);
            await Tell(factory, target, result, now);
        }
        catch (Exception failure)
        {
            NotTold(log, failure, target.Device.Value);
        }
    }

    private async Task<PushResult> Send(PushRequest request)
    {
        using var step = FleetTelemetry.Step("push.send");
        try
        {
            return await sender.SendAsync(request);
        }
        catch (Exception failure)
        {
            return new PushResult.Retry(failure.Message);
        }
    }

    private async Task Tell(IGrainFactory factory, PushTarget target, PushResult result, DateTimeOffset sentAt)
    {
        switch (result)
        {
            case PushResult.TokenInvalid invalid:
                await factory.GetGrain<IDevice>(target.Device.Value).PushRefused(invalid.Since ?? sentAt);
                break;
            case PushResult.TopicRefused refused:
                Volatile.Write(ref _mayBeRefused, true);
                await factory.GetGrain<IPushCertificate>(IPushCertificate.Key).Refused(refused.Reason);
                break;
            case PushResult.Accepted when Volatile.Read(ref _mayBeRefused):
                Volatile.Write(ref _mayBeRefused, false);
                await factory.GetGrain<IPushCertificate>(IPushCertificate.Key).Refused(null);
                break;
            default:
                break; // wrong, accepted as before, throttled, to be retried, or no certificate: the due mark asks again
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What came of a push to {Device} could not be told; its due mark asks again")]
    private static partial void NotTold(ILogger log, Exception failure, string device);
}
