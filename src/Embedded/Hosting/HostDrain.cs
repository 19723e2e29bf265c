using Mdm.Fleet.Embedded.Activations;
using Orleans;

namespace Mdm.Fleet.Embedded.Hosting;

/// <summary>The end of all activations.</summary>
internal static class HostDrain
{
    private const int PassesMax = 8;

    /// <summary>First waits until no turn runs or waits, then deactivates; again, a few times, where a hook woke another grain.</summary>
    public static async Task DrainAsync(GrainClass[] classes, CancellationToken cancellationToken)
    {
        while (Busy(classes) is { Length: > 0 } busy)
            await Task.WhenAll(busy.Select(QuietAsync)).WaitAsync(cancellationToken);
        for (var pass = 0; pass < PassesMax && classes.SelectMany(c => c.Activations).ToArray() is { Length: > 0 } alive; pass++)
            await Task.WhenAll(alive.Select(a => a.DeactivateAsync(ShuttingDown))).WaitAsync(cancellationToken);
    }

    private static readonly DeactivationReason ShuttingDown = new(DeactivationReasonCode.ShuttingDown, "The host is stopping.");

    private static Activation[] Busy(GrainClass[] classes) => [.. classes.SelectMany(c => c.Activations).Where(a => a.HasTurns)];

    private static Task QuietAsync(Activation activation)
    {
        if (activation.IsLeaving)
            return activation.DeactivateAsync(ShuttingDown);
        var marker = new Marker();
        if (!activation.TryEnqueue(marker))
            marker.Forward();
        return marker.Reached;
    }

    /// <summary>A turn that does nothing: when it runs, what stood before it is done.</summary>
    private sealed class Marker : Turn
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        internal override void Forward() => _reached.TrySetResult();

        internal override void Refuse(Exception exception) => Forward();

        protected override Task Invoke(Mailbox mailbox) => Task.CompletedTask;

        protected override void Completed(Task outcome) => Forward();
    }
}
