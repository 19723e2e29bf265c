using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Storage.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Grains.Push;

/// <summary>What becomes of pushes, and how many wait in the governors of this process. Says when pushes begin to fail and when they go again.</summary>
public sealed partial class PushMetrics
{
    private readonly ILogger _log;
    private readonly Histogram<double> _duration;
    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _failing = new(StringComparer.Ordinal);

    public PushMetrics(Meter meter, ILogger<PushMetrics> log)
    {
        _log = log;
        _duration = meter.CreateHistogram("mdm.push.duration", "s", "Pushes sent to APNs, by what became of them", advice: FleetTelemetry.Seconds);
        meter.CreateObservableGauge("mdm.push.waiting", ReadWaiting, "{push}", "Pushes that wait in a topic's governor");
        meter.CreateObservableGauge("mdm.push.under_way", ReadUnderWay, "{push}", "Pushes that APNs has not answered yet");
    }

    /// <summary>The governor of a topic as it is now.</summary>
    public void Note(string topic, int urgent, int bulk, int underWay)
    {
        var waiting = _waiting.GetOrAdd(topic, static _ => new Waiting());
        (waiting.Urgent, waiting.Bulk, waiting.UnderWay) = (urgent, bulk, underWay);
    }

    /// <summary>The governor of a topic has left this process.</summary>
    public void Forget(string topic) => _waiting.TryRemove(topic, out _);

    /// <summary>A push came to its end.</summary>
    public void Ended(string topic, string device, PushResult result, long began)
    {
        var (outcome, problem) = Read(result);
        _duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
        if (result is PushResult.TokenInvalid)
            TokenInvalid(_log, device, problem!);
        else if (result is PushResult.Bug)
            Refused(_log, device, problem!);
        else if (problem is null && !_failing.IsEmpty && _failing.TryRemove(topic, out _))
            GoAgain(_log, topic);
        else if (problem is not null && result is not PushResult.Throttled && _failing.TryAdd(topic, outcome))
            Fail(_log, topic, device, problem);
    }

    private static (string Outcome, string? Problem) Read(PushResult result) => result switch
    {
        PushResult.Accepted => ("accepted", null),
        PushResult.TokenInvalid { Reason: var reason } => ("token_invalid", reason),
        PushResult.Throttled => ("throttled", "throttled"),
        PushResult.Retry { Reason: var reason } => ("retry", reason),
        PushResult.TopicRefused { Reason: var reason } => ("topic_refused", reason),
        PushResult.Bug { Reason: var reason } => ("refused", reason),
        PushResult.NoCertificate => ("no_certificate", "there is no push certificate"),
        _ => throw new InvalidOperationException($"{result.GetType().Name} is an unknown result."),
    };

    private IEnumerable<Measurement<long>> ReadWaiting()
    {
        foreach (var (topic, waiting) in _waiting)
        {
            yield return new Measurement<long>(waiting.Urgent, new("topic", topic), new("urgency", "urgent"));
            yield return new Measurement<long>(waiting.Bulk, new("topic", topic), new("urgency", "bulk"));
        }
    }

    private IEnumerable<Measurement<long>> ReadUnderWay() =>
        _waiting.Select(pair => new Measurement<long>(pair.Value.UnderWay, new KeyValuePair<string, object?>("topic", pair.Key)));

    [LoggerMessage(Level = LogLevel.Information, Message = "APNs knows the push token of {Device} no more: {Reason}")]
    private static partial void TokenInvalid(ILogger log, string device, string reason);

    [LoggerMessage(EventName = "PushRefused", Level = LogLevel.Error, Message = "APNs refused a push to {Device} as wrong: {Reason}")]
    private static partial void Refused(ILogger log, string device, string reason);

    [LoggerMessage(EventName = "PushesFail", Level = LogLevel.Error, Message = "Pushes of {Topic} fail, first to {Device}: {Reason}")]
    private static partial void Fail(ILogger log, string topic, string device, string reason);

    [LoggerMessage(EventName = "PushesGoAgain", Level = LogLevel.Warning, Message = "Pushes of {Topic} go again")]
    private static partial void GoAgain(ILogger log, string topic);

    private sealed class Waiting
    {
        public volatile int Urgent;
        public volatile int Bulk;
        public volatile int UnderWay;
    }
}
