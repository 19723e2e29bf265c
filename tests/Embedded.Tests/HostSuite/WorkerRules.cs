using Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

namespace Mdm.Fleet.Embedded.Tests.HostSuite;

/// <summary>Stateless workers and observers.</summary>
public abstract class WorkerRules : HostRules
{
    [Fact]
    public async Task A_stateless_worker_has_as_many_activations_as_it_says_and_no_more()
    {
        var worker = Grain<IWorkerGrain>("pool");
        var calls = new[] { worker.WorkAsync("a"), worker.WorkAsync("b"), worker.WorkAsync("c") };
        await Journal.Reached("a reached");
        await Journal.Reached("b reached");
        Assert.False(Journal.Wait("c reached").IsCompleted);
        foreach (var gate in new[] { "a", "b", "c" })
            Journal.Mark(gate);
        Assert.Equal(2, (await Soon(Task.WhenAll(calls))).Distinct().Count());
    }

    [Fact]
    public async Task An_idle_worker_is_used_again()
    {
        Journal.Mark("open");
        var worker = Grain<IWorkerGrain>("again");
        Assert.Equal(await Soon(worker.WorkAsync("open")), await Soon(worker.WorkAsync("open")));
    }

    [Fact]
    public async Task A_grain_calls_an_observer_until_its_reference_is_deleted()
    {
        var listener = new Listener();
        var reference = Host.Grains.CreateObjectReference<IListener>(listener);
        var speaker = Grain<ISpeakerGrain>("speaker");
        await Soon(speaker.SayAsync(reference, "one"));
        Host.Grains.DeleteObjectReference<IListener>(reference);
        await Assert.ThrowsAnyAsync<Exception>(() => Soon(speaker.SayAsync(reference, "two")));
        Assert.Equal(["one"], listener.Heard);
    }

    private sealed class Listener : IListener
    {
        public List<string> Heard { get; } = [];

        public Task HearAsync(string word)
        {
            Heard.Add(word);
            return Task.CompletedTask;
        }
    }
}
