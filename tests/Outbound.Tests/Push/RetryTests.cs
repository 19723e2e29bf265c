using System.Net;
using System.Net.Sockets;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.LoadSim.Apns;

namespace Mdm.Fleet.Outbound.Tests.Push;

/// <summary>What is tried again at once, how often, and what ends it.</summary>
public sealed class RetryTests : PushRig
{
    [Fact, Trait("Requirement", "PR-04")]
    public async Task An_unavailable_service_is_tried_again_after_growing_pauses()
    {
        Apns.Register(Token);
        AnswerInTurn(new(503, "ServiceUnavailable"), new ApnsReply(500, "InternalServerError"));
        var options = Options;

        var sending = Client(options).SendAsync(Push());
        var first = await PassPauseAsync(options.BackoffMax);
        var second = await PassPauseAsync(options.BackoffMax);

        Assert.IsType<PushResult.Accepted>(await sending.WaitAsync(Patience));
        Assert.InRange(first, TimeSpan.FromTicks(1), options.Backoff);
        Assert.InRange(second, TimeSpan.FromTicks(1), options.Backoff * 2);
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_service_that_stays_unavailable_is_left_after_three_tries()
    {
        AnswerAlways(new(503, "ServiceUnavailable"));

        Assert.Equal(new PushResult.Retry("ServiceUnavailable"), await Time.DriveAsync(Client().SendAsync(Push())));
        Assert.Equal(3, Apns.Counts.Requests);
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_service_that_nobody_runs_is_left_after_three_tries()
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // and never listens, so that every connection is refused
        var sending = Client(Options with { BaseUrl = new($"https://{bound.LocalEndPoint}") }).SendAsync(Push());

        await PassPauseAsync(Options.BackoffMax);
        await PassPauseAsync(Options.BackoffMax);

        Assert.Equal(new PushResult.Retry("ConnectionError"), await sending.WaitAsync(Patience));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_try_without_an_answer_ends_in_time_and_the_next_uses_a_new_connection()
    {
        Apns.Register(Token);
        var arrived = new TaskCompletionSource<string>();
        var silence = new TaskCompletionSource<ApnsReply?>();
        var options = Options with { TriesMax = 1 };
        var client = Client(options);
        Apns.Script = arrival =>
        {
            arrived.SetResult(arrival.ConnectionId);
            return silence.Task;
        };
        var sending = client.SendAsync(Push());
        var connection = await arrived.Task.WaitAsync(Patience);

        Time.Advance(options.Timeout);

        Assert.Equal(new PushResult.Retry("Timeout"), await sending.WaitAsync(Patience));
        var next = new TaskCompletionSource<string>();
        Apns.Script = arrival =>
        {
            next.SetResult(arrival.ConnectionId);
            return Task.FromResult<ApnsReply?>(null);
        };
        Assert.IsType<PushResult.Accepted>(await client.SendAsync(Push()).WaitAsync(Patience));
        Assert.NotEqual(connection, await next.Task);
        silence.SetResult(null);
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_caller_that_gives_up_ends_the_send_in_its_pause()
    {
        AnswerAlways(new(503, "ServiceUnavailable"));
        using var caller = new CancellationTokenSource();
        var sending = Client().SendAsync(Push(), caller.Token);
        await Time.NextTimerAsync(Options.BackoffMax);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Patience));
    }

    private async Task<TimeSpan> PassPauseAsync(TimeSpan longest)
    {
        var pause = await Time.NextTimerAsync(longest);
        Time.Advance(pause);
        return pause;
    }
}
