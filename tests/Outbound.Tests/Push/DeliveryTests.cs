using System.Net;
using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Outbound.Tests.Push;

/// <summary>From the client through the simulated service to devices.</summary>
public sealed class DeliveryTests : PushRig
{
    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_connected_device_gets_each_push()
    {
        Apns.Register(Token);
        var client = Client();
        await using var pushes = Apns.ReceiveAsync(Token).GetAsyncEnumerator();

        foreach (var magic in new[] { "one", "two", "three" })
        {
            var next = pushes.MoveNextAsync();
            await client.SendAsync(Push(magic: magic, keep: TimeSpan.Zero));
            Assert.True(await next.AsTask().WaitAsync(Patience));
            Assert.Equal(magic, pushes.Current);
        }
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task An_offline_device_gets_the_last_push_alone_when_it_connects()
    {
        Apns.Register(Token);
        var client = Client();
        foreach (var magic in new[] { "one", "two", "three" })
            await client.SendAsync(Push(magic: magic));
        Time.Advance(TimeSpan.FromHours(23));

        Assert.Equal("three", await StoredAsync());
        Assert.Null(await StoredAsync());
        Assert.Equal((3, 2, 1), (Apns.Counts.Accepted, Apns.Counts.Coalesced, Apns.Counts.Delivered));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_push_is_not_delivered_after_its_time()
    {
        Apns.Register(Token);
        await Client().SendAsync(Push(keep: TimeSpan.FromHours(1)));
        Time.Advance(TimeSpan.FromHours(2));

        Assert.Null(await StoredAsync());
        Assert.Equal(1, Apns.Counts.Expired);
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_push_to_be_tried_once_is_accepted_and_lost_for_an_offline_device()
    {
        Apns.Register(Token);

        Assert.IsType<PushResult.Accepted>(await Client().SendAsync(Push() with { Expires = DateTimeOffset.UnixEpoch }));
        Assert.Null(await StoredAsync());
        Assert.Equal(1, Apns.Counts.Expired);
    }

    [Fact]
    public async Task A_device_that_leaves_while_it_waits_loses_nothing()
    {
        Apns.Register(Token);
        using var leaving = new CancellationTokenSource();
        var waiting = Apns.NextAsync(Token, TimeSpan.FromMinutes(1), leaving.Token);
        await leaving.CancelAsync();
        Assert.Null(await waiting);

        await Client().SendAsync(Push());

        Assert.Equal(Magic, await StoredAsync());
    }

    [Fact]
    public async Task A_push_that_meets_a_leaving_device_stays_stored()
    {
        Apns.Register(Token);
        using var leaving = new CancellationTokenSource();
        using var sent = new ManualResetEventSlim();
        var gone = new TaskCompletionSource();
        var waiting = Apns.NextAsync(Token, TimeSpan.FromMinutes(1), leaving.Token);
        // Callbacks run last in, first out: this one holds the moment in which the device is gone and its connection is still open.
        await using var moment = leaving.Token.Register(() =>
        {
            gone.SetResult();
            sent.Wait(Patience);
        });
        var cancelling = leaving.CancelAsync();
        await gone.Task.WaitAsync(Patience);

        Assert.IsType<PushResult.Accepted>(await Client().SendAsync(Push()));
        sent.Set();
        await cancelling;

        Assert.Null(await waiting.WaitAsync(Patience));
        Assert.Equal(Magic, await StoredAsync());
    }

    [Fact]
    public async Task A_newer_connection_of_a_device_ends_the_older()
    {
        Apns.Register(Token);
        var older = Apns.NextAsync(Token, TimeSpan.FromMinutes(1));
        var newer = Apns.NextAsync(Token, TimeSpan.FromMinutes(1));
        Assert.Null(await older.WaitAsync(Patience));

        await Client().SendAsync(Push());

        Assert.Equal(Magic, await newer.WaitAsync(Patience));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_token_of_another_topic_or_of_nobody_is_invalid()
    {
        var client = Client();
        Assert.Equal(new PushResult.TokenInvalid("BadDeviceToken"), await client.SendAsync(Push()));

        Apns.Register(Token, "com.apple.mgmt.External.other");

        Assert.Equal(new PushResult.TokenInvalid("DeviceTokenNotForTopic"), await client.SendAsync(Push()));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_token_registered_anew_is_valid_again()
    {
        Apns.Register(Token);
        Apns.Unregister(Token);
        Apns.Register(Token, Topic);

        Assert.IsType<PushResult.Accepted>(await Client().SendAsync(Push()));
    }

    [Fact]
    public async Task A_device_in_another_process_registers_and_polls_over_HTTP()
    {
        using var device = new HttpClient { BaseAddress = Apns.DeviceUrl };
        Assert.Equal(HttpStatusCode.NoContent, (await device.PutAsync($"/sim/devices/{Token}?topic={Topic}", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await device.GetAsync($"/sim/devices/{Token}/next")).StatusCode);
        await Client().SendAsync(Push());

        Assert.Equal($$"""{"mdm":"{{Magic}}"}""", await device.GetStringAsync($"/sim/devices/{Token}/next?wait=60"));
        Assert.Contains("\"delivered\":1", await device.GetStringAsync("/sim/counts"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, (await device.DeleteAsync($"/sim/devices/{Token}")).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await device.GetAsync($"/sim/devices/{Token}/next?wait=60")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await device.GetAsync($"/sim/devices/{Token}/next?wait=x")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await device.GetAsync("/sim/other")).StatusCode);
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task Two_thousand_connected_devices_get_their_push()
    {
        var tokens = Enumerable.Range(0, 2000).Select(number => $"{number:x64}").ToList();
        var waiting = tokens.ConvertAll(token => Apns.NextAsync(token, Timeout.InfiniteTimeSpan));
        var client = Client();

        // Off the test framework's synchronization context, as in the server.
        var results = await Task.Run(() => Task.WhenAll(tokens.Select((token, number) => client.SendAsync(Push(token, $"magic {number}"))))).WaitAsync(Patience);

        Assert.All(results, result => Assert.IsType<PushResult.Accepted>(result));
        Assert.Equal(tokens.Select((_, number) => $"magic {number}"), await Task.WhenAll(waiting).WaitAsync(Patience));
    }
}
