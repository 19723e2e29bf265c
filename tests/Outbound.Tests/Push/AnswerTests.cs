using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Outbound.Tests.Push;

/// <summary>Each row of the table in apple/protocol-notes.md, section 4.</summary>
public sealed class AnswerTests : PushRig
{
    [Theory, Trait("Requirement", "PR-04")]
    [InlineData(400, "BadDeviceToken", "TokenInvalid")]
    [InlineData(400, "DeviceTokenNotForTopic", "TokenInvalid")]
    [InlineData(400, "MissingTopic", "Bug")]
    [InlineData(400, "BadTopic", "Bug")]
    [InlineData(400, "TopicDisallowed", "Bug")]
    [InlineData(400, "BadExpirationDate", "Bug")]
    [InlineData(400, "BadPriority", "Bug")]
    [InlineData(400, "PayloadEmpty", "Bug")]
    [InlineData(400, "InvalidPushType", "Bug")]
    [InlineData(400, "MissingDeviceToken", "Bug")]
    [InlineData(400, "DuplicateHeaders", "Bug")]
    [InlineData(400, "IdleTimeout", "Retry")]
    [InlineData(403, "BadCertificate", "TopicRefused")]
    [InlineData(403, "BadCertificateEnvironment", "TopicRefused")]
    [InlineData(403, "Forbidden", "TopicRefused")]
    [InlineData(403, "ExpiredProviderToken", "Bug")]
    [InlineData(403, "InvalidProviderToken", "Bug")]
    [InlineData(404, "BadPath", "Bug")]
    [InlineData(405, "MethodNotAllowed", "Bug")]
    [InlineData(410, "Unregistered", "TokenInvalid")]
    [InlineData(410, "ExpiredToken", "TokenInvalid")]
    [InlineData(413, "PayloadTooLarge", "Bug")]
    [InlineData(429, "TooManyRequests", "Throttled")]
    [InlineData(429, "TooManyProviderTokenUpdates", "Bug")]
    [InlineData(500, "InternalServerError", "Retry")]
    [InlineData(503, "ServiceUnavailable", "Retry")]
    [InlineData(503, "Shutdown", "Retry")]
    public async Task Each_answer_of_the_table_has_its_result(int status, string reason, string result)
    {
        AnswerAlways(new(status, reason));

        var answered = await Client(Options with { TriesMax = 1 }).SendAsync(Push());

        Assert.Equal((result, result == "Throttled" ? "" : reason), (answered.GetType().Name, ReasonOf(answered)));
    }

    [Theory, Trait("Requirement", "PR-04")]
    [InlineData(400, "BadDeviceToken")]
    [InlineData(400, "BadTopic")]
    [InlineData(403, "Forbidden")]
    [InlineData(410, "Unregistered")]
    [InlineData(413, "PayloadTooLarge")]
    [InlineData(429, "TooManyRequests")]
    public async Task What_a_repetition_cannot_cure_is_sent_once(int status, string reason)
    {
        AnswerAlways(new(status, reason));

        await Client().SendAsync(Push());

        Assert.Equal(1, Apns.Counts.Requests);
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task An_accepted_push_carries_the_services_id()
    {
        Apns.Register(Token);

        var accepted = Assert.IsType<PushResult.Accepted>(await Client().SendAsync(Push()));

        Assert.True(Guid.TryParse(accepted.ApnsId, out _));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task An_unregistered_token_is_invalid_since_the_time_that_the_service_names()
    {
        Apns.Register(Token);
        Apns.Unregister(Token);
        var since = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromHours(3));

        Assert.Equal(new PushResult.TokenInvalid("Unregistered", since), await Client().SendAsync(Push()));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_throttled_push_tells_how_long_to_wait()
    {
        AnswerInTurn(new(429, "TooManyRequests", RetryAfterSeconds: 7), new(429, "TooManyRequests"));
        var client = Client();

        Assert.Equal(new PushResult.Throttled(TimeSpan.FromSeconds(7)), await client.SendAsync(Push()));
        Assert.Equal(new PushResult.Throttled(), await client.SendAsync(Push()));
    }

    [Theory, Trait("Requirement", "PR-04")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    [InlineData("")]
    [InlineData("<script>")]
    public async Task A_reason_that_is_none_of_Apples_words_reaches_nobody(string reason)
    {
        AnswerAlways(new(400, reason));

        Assert.Equal(new PushResult.Bug("Status400"), await Client().SendAsync(Push()));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task An_answer_without_a_body_is_judged_by_its_status()
    {
        AnswerAlways(new(410));

        Assert.Equal(new PushResult.TokenInvalid("Status410"), await Client().SendAsync(Push()));
    }

    private static string ReasonOf(PushResult result) => result switch
    {
        PushResult.TokenInvalid invalid => invalid.Reason,
        PushResult.Retry retry => retry.Reason,
        PushResult.TopicRefused refused => refused.Reason,
        PushResult.Bug bug => bug.Reason,
        PushResult.Accepted or PushResult.Throttled or PushResult.NoCertificate => "",
        _ => throw new InvalidOperationException($"No such result: {result}."),
    };
}
