using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Grains.Devices;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Mdm.Fleet.Grains.Push;

/// <summary>At most one push under way a device; what was not delivered stays due and is asked for again by the sweeper.</summary>
public sealed partial class PushGrain(IPushSender sender, TimeProvider time, ILogger<PushGrain> log) : Grain, IPush
{
    private const int UnderWayMax = 20_000;

    /// <summary>How long the push service keeps a push for a device that is off.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(2);

    /// <summary>After the push service refused the certificate, how long the topic rests.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly OutstandingPushes _underWay = new(UnderWayMax);
    private DateTimeOffset _restsUntil;
    private bool _mayBeRefused = true;

    public Task Request(PushTarget target)
    {
        var now = time.GetUtcNow();
        if (_restsUntil <= now && _underWay.Request(target.Device, now) == PushTurn.SendNow)
            _ = Deliver(target);
        return Task.CompletedTask;
    }

    public Task Answered(PushTarget target, PushResult result)
    {
        var now = time.GetUtcNow();
        if (result is PushResult.TopicRefused)
            _restsUntil = now + Rest;
        if (!_underWay.Done(target.Device, now))
            return Task.CompletedTask;
        if (result is PushResult.Accepted)
            _ = Deliver(target);
        else
            _underWay.Done(target.Device, now); // what was asked for meanwhile is left to the due mark
        return Task.CompletedTask;
    }

    /// <summary>
    /// Sends outside any turn of this grain, and tells others outside of it too: a device that asks for a push waits for this grain,
    /// so this grain must never wait for a device.
    /// </summary>
    private async Task Deliver(PushTarget target)
    {
        var (self, factory, topic, now) = (this.AsReference<IPush>(), GrainFactory, this.GetPrimaryKeyString(), time.GetUtcNow());
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var result = await Send(new PushRequest(topic, target.Token, target.Magic, now + Life));
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
            case PushResult.Bug bug:
                Refused(log, target.Device.Value, bug.Reason);
                break;
            default:
                break; // accepted as before, throttled, to be retried, or no certificate: the due mark asks again
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "APNs refused a push to {Device} as wrong: {Reason}")]
    private static partial void Refused(ILogger log, string device, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What came of a push to {Device} could not be told; its due mark asks again")]
    private static partial void NotTold(ILogger log, Exception failure, string device);
}
