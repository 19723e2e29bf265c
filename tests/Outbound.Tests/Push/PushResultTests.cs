using System.Text.Json;
using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Outbound.Tests.Push;

public sealed class PushResultTests
{
    [Fact]
    public void Every_result_comes_back_from_JSON_as_it_went()
    {
        PushResult[] results =
        [
            new PushResult.Accepted("0F1E2D3C-0000-4000-8000-000000000001"),
            new PushResult.TokenInvalid("Unregistered", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            new PushResult.TokenInvalid("BadDeviceToken"),
            new PushResult.Throttled(TimeSpan.FromSeconds(7)),
            new PushResult.Throttled(),
            new PushResult.Retry("ServiceUnavailable"),
            new PushResult.TopicRefused("BadCertificate"),
            new PushResult.Bug("BadPath"),
            new PushResult.NoCertificate(),
        ];

        Assert.Equal(results, results.Select(result => JsonSerializer.Deserialize<PushResult>(JsonSerializer.Serialize(result))!));
        Assert.Equal(typeof(PushResult).GetNestedTypes().Length, results.DistinctBy(result => result.GetType()).Count());
    }
}
