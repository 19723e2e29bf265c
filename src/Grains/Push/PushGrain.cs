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

    public Task Request(PushTarget target)
    {
        if (_restsUntil <= time.GetUtcNow() && _underWay.Request(target.Device) == PushTurn.SendNow)
            Send(target);
        return Task.CompletedTask;
    }

    public async Task Answered(PushTarget target, PushResult result)
    {
        var again = _underWay.Done(target.Device);
        switch (result)
        {
            case PushResult.TokenInvalid invalid:
                await GrainFactory.GetGrain<IDevice>(target.Device.Value).PushRefused(invalid.Since ?? time.GetUtcNow());
                break;
            case PushResult.TopicRefused refused:
                _restsUntil = time.GetUtcNow() + Rest;
                await GrainFactory.GetGrain<IPushCertificate>(IPushCertificate.Key).Refused(refused.Reason);
                break;
            case PushResult.Accepted:
                await GrainFactory.GetGrain<IPushCertificate>(IPushCertificate.Key).Refused(null);
                break;
            case PushResult.Bug bug:
                Refused(log, target.Device.Value, bug.Reason);
                break;
            default:
                break; // throttled, to be retried, or no certificate: the due mark asks again
        }

        if (again && result is PushResult.Accepted)
            await Request(target);
    }

    /// <summary>Sends outside this turn; the answer comes back as a turn of its own.</summary>
    private void Send(PushTarget target)
    {
        var self = this.AsReference<IPush>();
        var request = new PushRequest(this.GetPrimaryKeyString(), target.Token, target.Magic, time.GetUtcNow() + Life);
        _ = Task.Run(async () => await self.Answered(target, await sender.SendAsync(request)));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "APNs refused a push to {Device} as wrong: {Reason}")]
    private static partial void Refused(ILogger log, string device, string reason);
}
