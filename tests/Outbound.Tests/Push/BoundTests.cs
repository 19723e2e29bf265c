using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.LoadSim.Apns;
using Mdm.Fleet.Outbound.Push;

namespace Mdm.Fleet.Outbound.Tests.Push;

/// <summary>Sending is bounded.</summary>
public sealed class BoundTests : PushRig
{
    [Fact, Trait("Requirement", "PR-04")]
    public async Task No_more_requests_are_open_than_allowed_and_the_others_wait_their_turn()
    {
        Apns.Register(Token);
        var open = new CountdownEvent(4);
        var full = new TaskCompletionSource();
        var go = new TaskCompletionSource<ApnsReply?>();
        Apns.Script = _ =>
        {
            if (!open.IsSet && open.Signal())
                full.SetResult();
            return go.Task;
        };
        var client = Client(Options with { ConcurrencyMax = 4 });

        var sending = Enumerable.Range(0, 20).Select(_ => client.SendAsync(Push())).ToList();
        await full.Task.WaitAsync(Patience);
        Assert.Equal((4, 16), (client.InFlight, client.Waiting));
        go.SetResult(null);

        Assert.All(await Task.WhenAll(sending).WaitAsync(Patience), result => Assert.IsType<PushResult.Accepted>(result));
        Assert.Equal(4, Apns.Counts.InFlightMax);
        Assert.Equal((0, 0), (client.InFlight, client.Waiting));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_full_queue_answers_at_once()
    {
        Apns.Register(Token);
        var go = new TaskCompletionSource<ApnsReply?>();
        Apns.Script = _ => go.Task;
        var client = Client(Options with { ConcurrencyMax = 1, WaitingMax = 1, TriesMax = 1 });
        var sending = new[] { client.SendAsync(Push()), client.SendAsync(Push()) };

        Assert.Equal(new PushResult.Retry("QueueFull"), await client.SendAsync(Push()).WaitAsync(Patience));
        go.SetResult(null);

        Assert.All(await Task.WhenAll(sending).WaitAsync(Patience), result => Assert.IsType<PushResult.Accepted>(result));
    }

    [Theory]
    [InlineData("http://api.push.apple.com")]
    [InlineData("https://api.push.apple.com/3/device")]
    public void An_address_that_is_not_https_or_has_a_path_is_refused_at_the_start(string address) =>
        Assert.Throws<ArgumentException>(() => new ApnsClient(new() { BaseUrl = new(address) }, Held, Time, new Random(1)));

    [Fact]
    public void Bounds_below_one_are_refused_at_the_start()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Client(Options with { ConcurrencyMax = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Client(Options with { TriesMax = 0 }));
    }
}
