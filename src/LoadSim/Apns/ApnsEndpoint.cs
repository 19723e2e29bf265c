using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.LoadSim.Apns;

/// <summary>The servers' side of the simulated push service: <c>POST /3/device/{hex}</c>.</summary>
internal sealed class ApnsEndpoint(ApnsDevices devices, ApnsCounters counters, ApnsFaultDice dice, TimeProvider time)
{
    public ApnsFaults Faults { get; set; } = ApnsFaults.None;

    public Func<ApnsArrival, Task<ApnsReply?>>? Script { get; set; }

    public async Task HandleAsync(HttpContext http)
    {
        var number = counters.Begin();
        try
        {
            var arrival = await ReadAsync(http);
            Disturb(arrival, number);
            http.Response.Headers["apns-id"] = arrival.Header("apns-id") ?? Guid.NewGuid().ToString().ToUpperInvariant();
            var reply = (Script is { } script ? await script(arrival) : null) ?? Decide(arrival);
            Count(reply);
            await reply.WriteAsync(http.Response);
        }
        finally
        {
            counters.End();
        }
    }

    private static async Task<ApnsArrival> ReadAsync(HttpContext http)
    {
        var body = new byte[ApnsRules.PayloadBytesMax + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted);
        return new(http, body.AsMemory(0, Math.Min(length, ApnsRules.PayloadBytesMax)), length > ApnsRules.PayloadBytesMax);
    }

    private void Disturb(ApnsArrival arrival, long number)
    {
        if (Faults.AbortEvery > 0 && number % Faults.AbortEvery == 0)
            arrival.Abort();
        else if (Faults.GoAwayEvery > 0 && number % Faults.GoAwayEvery == 0)
            arrival.GoAway();
    }

    private ApnsReply Decide(ApnsArrival arrival)
    {
        var (refusal, push) = ApnsRules.Read(arrival, time.GetUtcNow());
        return refusal ?? dice.Draw(Faults) switch
        {
            ApnsFault.TooManyRequests => new(429, "TooManyRequests"),
            ApnsFault.Unavailable => new(503, "ServiceUnavailable"),
            ApnsFault.Drop => Drop(),
            _ => devices.Offer(push!),
        };
    }

    private ApnsReply Drop()
    {
        counters.Dropped();
        return ApnsReply.Ok;
    }

    private void Count(ApnsReply reply)
    {
        if (reply.Status == StatusCodes.Status200OK)
            counters.Accepted();
        else
            counters.Refused(reply.Reason ?? "");
    }
}
