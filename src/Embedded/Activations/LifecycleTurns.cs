using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Activations;

/// <summary>The first turn of an activation: construct, read, hook.</summary>
internal sealed class ActivatingTurn(Activation activation) : Turn
{
    internal override void Forward() => throw NotInLine();

    internal override void Refuse(Exception exception) => throw NotInLine();

    protected override Task Invoke(Mailbox mailbox) => activation.ActivateAsync();

    protected override void Completed(Task outcome) => throw NotInLine();

    protected override void End(Mailbox mailbox, Task outcome)
    {
        if (outcome.IsCompletedSuccessfully)
            activation.CloseTurn();
        else
            activation.Die(outcome.Exception?.InnerException ?? new SiloUnavailableException("The grain host is stopping."));
    }

    private static InvalidOperationException NotInLine() => new("The first turn of an activation stands in no line.");
}

/// <summary>The last turn of an activation.</summary>
internal sealed class DeactivatingTurn(Activation activation, DeactivationReason reason) : Turn
{
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Gone => _gone.Task;

    internal override void Forward() => _gone.TrySetResult();

    internal override void Refuse(Exception exception) => Forward();

    protected override Task Invoke(Mailbox mailbox) => activation.DeactivateGrainAsync(reason);

    protected override void Completed(Task outcome) => Forward();

    protected override void End(Mailbox mailbox, Task outcome) => activation.Die(null);
}
