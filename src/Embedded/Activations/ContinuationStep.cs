namespace Mdm.Fleet.Embedded.Activations;

/// <summary>What an await left to do: it runs on the mailbox, inside the turn that awaited.</summary>
internal sealed class ContinuationStep(SendOrPostCallback callback, object? state) : Linked<ContinuationStep>
{
    public void Run() => callback(state);
}
