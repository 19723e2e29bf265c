using Orleans;

namespace Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

public interface IGuardGrain : IGrainWithStringKey
{
    /// <summary>Writes a line if another turn of this key, in whatever activation, is open or another activation is alive.</summary>
    Task EnterAsync(bool leaveAfter, bool wait);
}

public sealed class GuardGrain(Journal journal) : Grain, IGuardGrain
{
    public async Task EnterAsync(bool leaveAfter, bool wait)
    {
        Change(+1, "turns");
        if (leaveAfter)
            DeactivateOnIdle();
        if (wait)
            await Task.Yield();
        Change(-1, "turns");
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Change(+1, "activations");
        await Task.Yield();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Change(-1, "activations");
    }

    private void Change(int by, string what)
    {
        var count = journal.Count($"{this.GetPrimaryKeyString()} {what}", by);
        if (count is < 0 or > 1)
            journal.Write($"{this.GetPrimaryKeyString()}: {count} {what}");
    }
}
