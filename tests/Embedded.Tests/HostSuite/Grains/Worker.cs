using Orleans;
using Orleans.Concurrency;

namespace Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Leaves the mark "gate reached", waits for the gate, and says which activation did it.</summary>
    Task<int> WorkAsync(string gate);
}

[StatelessWorker(2)]
public sealed class WorkerGrain(Journal journal) : Grain, IWorkerGrain
{
    private static int _workers;
    private readonly int _number = Interlocked.Increment(ref _workers);

    public async Task<int> WorkAsync(string gate)
    {
        journal.Mark($"{gate} reached");
        await journal.Wait(gate);
        return _number;
    }
}

public interface IListener : IGrainObserver
{
    Task HearAsync(string word);
}

public interface ISpeakerGrain : IGrainWithStringKey
{
    Task SayAsync(IListener listener, string word);
}

public sealed class SpeakerGrain : Grain, ISpeakerGrain
{
    public Task SayAsync(IListener listener, string word) => listener.HearAsync(word);
}
