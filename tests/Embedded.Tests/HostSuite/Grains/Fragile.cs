using Orleans;

namespace Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

public interface IFragileGrain : IGrainWithStringKey
{
    Task<string> HelloAsync();
}

/// <summary>Its activation waits at a gate where its key says so, and fails until the mark "healed" is left.</summary>
public sealed class FragileGrain(Journal journal) : Grain, IFragileGrain
{
    public Task<string> HelloAsync() => Task.FromResult("hello");

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (this.GetPrimaryKeyString() == "waits")
            await journal.Wait("go");
        if (!journal.Wait("healed").IsCompleted)
            throw new InvalidDataException("broken");
    }
}
