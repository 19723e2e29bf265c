using Mdm.Fleet.Domain.Push;
using Orleans;

namespace Mdm.Fleet.Grains.Push;

/// <summary>
/// A topic's governor as it is now. Forecast: until all that waits has gone, null = never, while it is paused. RestsUntil: APNs refused the
/// certificate, and nothing is sent before.
/// </summary>
[GenerateSerializer, Immutable, Alias("push.view")]
public sealed record PushView(
    [property: Id(0)] string Topic,
    [property: Id(1)] GovernorSettings Settings,
    [property: Id(2)] int WaitingUrgent,
    [property: Id(3)] int WaitingBulk,
    [property: Id(4)] int UnderWay,
    [property: Id(5)] int SentLastMinute,
    [property: Id(6)] TimeSpan? Forecast,
    [property: Id(7)] DateTimeOffset? RestsUntil,
    [property: Id(8)] string Etag);
