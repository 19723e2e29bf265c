using System.Globalization;
using System.Text;
using Mdm.Fleet.LoadSim.Apns;

namespace Mdm.Fleet.Outbound.Tests.Push;

/// <summary>What goes over the wire.</summary>
public sealed class RequestTests : PushRig
{
    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_push_is_an_HTTP_2_post_with_Apples_headers_and_the_magic_alone()
    {
        Apns.Register(Token);
        List<(string, string?)> seen = [];
        Apns.Script = arrival =>
        {
            seen.AddRange([("", arrival.Protocol), ("", arrival.Method), ("", arrival.Path), ("", Encoding.UTF8.GetString(arrival.Body.Span))]);
            seen.AddRange(from name in new[] { "apns-topic", "apns-push-type", "apns-priority", "apns-expiration" } select (name, arrival.Header(name)));
            return Task.FromResult<ApnsReply?>(null);
        };
        var push = Push();

        await Client().SendAsync(push);

        var expiration = push.Expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Assert.Equal(
            [("", "HTTP/2"), ("", "POST"), ("", "/3/device/" + Token), ("", $$"""{"mdm":"{{Magic}}"}"""),
                ("apns-topic", Topic), ("apns-push-type", "mdm"), ("apns-priority", "10"), ("apns-expiration", expiration)],
            seen);
    }

    [Theory, Trait("Requirement", "PR-04")]
    [InlineData("quote\" and back\\slash")]
    [InlineData("line\nbreak")]
    [InlineData("日本語 é + <>&'")]
    public async Task A_magic_of_any_characters_arrives_as_it_is(string magic)
    {
        Apns.Register(Token);

        await Client().SendAsync(Push(magic: magic));

        Assert.Equal(magic, await StoredAsync());
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_push_that_expires_before_1970_is_tried_once()
    {
        Apns.Register(Token);
        string? expiration = null;
        Apns.Script = arrival =>
        {
            expiration = arrival.Header("apns-expiration");
            return Task.FromResult<ApnsReply?>(null);
        };

        await Client().SendAsync(Push() with { Expires = DateTimeOffset.MinValue });

        Assert.Equal("0", expiration);
    }

    [Fact]
    public void A_request_in_a_log_line_shows_neither_token_nor_magic()
    {
        var line = Push().ToString();

        Assert.DoesNotContain(Token[..8], line, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Magic[..8], line, StringComparison.Ordinal);
    }
}
