using Mdm.Fleet.LoadSim.Admin;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.LoadSim.Tests.Devices;
using static Mdm.Fleet.LoadSim.Tests.Devices.ScriptedServer;

namespace Mdm.Fleet.LoadSim.Tests.Admin;

public sealed class AdminApiTests
{
    [Fact]
    public async Task A_busy_server_is_asked_again_until_it_answers()
    {
        var time = new ManualTime();
        await using var server = await StartAsync();
        using var admin = Api(server, time);
        server.Answers(Answer.Of(503), Answer.Of(429), Answer.Of(200, """{"name":"ward"}"""));

        var asking = admin.GetAsync("thing", CancellationToken.None);
        for (var again = 0; again < 2; again++)
        {
            await server.NextBodyAsync();
            await time.WhenWaitingAsync();
            time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal("ward", (await asking)!["name"]!.ToString());
    }

    [Fact]
    public async Task A_server_that_stays_away_is_given_up_with_a_line_that_says_what_was_asked()
    {
        var time = new ManualTime();
        await using var server = await StartAsync();
        using var admin = Api(server, time);
        server.Answers(Answer.Of(503), Answer.Of(503, "store down"));

        var asking = admin.GetAsync("thing", CancellationToken.None);
        await server.NextBodyAsync();
        await time.WhenWaitingAsync();
        time.Advance(TimeSpan.FromMinutes(2));

        var failure = await Assert.ThrowsAsync<AdminApiException>(() => asking);
        Assert.Contains("GET thing", failure.Message, StringComparison.Ordinal);
        Assert.Contains("store down", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_not_repeated_and_nothing_found_is_no_failure()
    {
        await using var server = await StartAsync();
        using var admin = Api(server, TimeProvider.System);
        server.Answers(Answer.Of(409, """{"code":"topic-changed"}"""), Answer.Of(404));

        var refused = await Assert.ThrowsAsync<AdminApiException>(() => admin.PutAsync("push-certificate", null, CancellationToken.None));

        Assert.Equal(System.Net.HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("topic-changed", refused.Message, StringComparison.Ordinal);
        Assert.Null(await admin.GetAsync("thing", CancellationToken.None));
    }

    [Fact]
    public async Task A_list_is_read_page_by_page()
    {
        await using var server = await StartAsync();
        using var admin = Api(server, TimeProvider.System);
        server.Answers(Answer.Of(200, """{"items":[{"id":1},{"id":2}],"next":"n"}"""), Answer.Of(200, """{"items":[{"id":3}],"next":null}"""));

        var items = await admin.ListAsync("things", CancellationToken.None);

        Assert.Equal(["1", "2", "3"], items.Select(item => item["id"]!.ToString()));
    }

    private static AdminApi Api(ScriptedServer server, TimeProvider time) =>
        new(server.Url, "token", new TrustedRoots(), time, TimeSpan.FromMinutes(1), seed: 1);
}
