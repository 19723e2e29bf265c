using Orleans;

namespace Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

public interface ILedgerGrain : IGrainWithStringKey
{
    Task<string> KeyAsync();

    /// <summary>Which activation this is, counted from the host's start.</summary>
    Task<int> ActivationAsync();

    Task<int> AddAsync(int amount);

    ValueTask<int> ValueAsync();

    ValueTask TouchAsync();

    /// <summary>Reads, waits at a gate, writes: loses an update unless turns are apart.</summary>
    Task<int> AddSlowlyAsync(string gate);

    /// <summary>Several parts of one turn at once, each of which reads, yields, writes.</summary>
    Task<int> AddInPartsAsync(int parts);

    Task FailAsync(string message);

    Task FailLaterAsync(string message);

    Task<int> CallSelfAsync();

    Task<int> CallAroundAsync(string other, string back);

    Task LeaveAsync(string gate);

    [ResponseTimeout("00:00:02")]
    Task WaitAsync(string gate);
}

public sealed class LedgerGrain(Journal journal) : Grain, ILedgerGrain
{
    private static int _activations;
    private readonly int _number = Interlocked.Increment(ref _activations);
    private int _value;

    public Task<string> KeyAsync() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<int> ActivationAsync() => Task.FromResult(_number);

    public Task<int> AddAsync(int amount) => Task.FromResult(_value += amount);

    public ValueTask<int> ValueAsync() => ValueTask.FromResult(_value);

    public async ValueTask TouchAsync() => await Task.Yield();

    public async Task<int> AddSlowlyAsync(string gate)
    {
        var read = _value;
        journal.Mark($"{gate} reached");
        await journal.Wait(gate);
        return _value = read + 1;
    }

    public async Task<int> AddInPartsAsync(int parts)
    {
        async Task PartAsync()
        {
            for (var i = 0; i < 100; i++)
            {
                await Task.Yield();
                _value++;
            }
        }

        await Task.WhenAll(Enumerable.Range(0, parts).Select(_ => PartAsync()));
        return _value;
    }

    public Task FailAsync(string message) => throw new InvalidOperationException(message);

    public async Task FailLaterAsync(string message)
    {
        await Task.Yield();
        throw new InvalidOperationException(message);
    }

    public Task<int> CallSelfAsync() => this.AsReference<ILedgerGrain>().AddAsync(1);

    public async Task<int> CallAroundAsync(string other, string back)
    {
        var there = GrainFactory.GetGrain<ILedgerGrain>(other);
        var call = back.Length == 0 ? there.AddAsync(1) : there.CallAroundAsync(back, "");
        journal.Mark($"{this.GetPrimaryKeyString()} calls {other}");
        return await call;
    }

    public async Task LeaveAsync(string gate)
    {
        DeactivateOnIdle();
        journal.Mark($"{gate} reached");
        await journal.Wait(gate);
    }

    public async Task WaitAsync(string gate)
    {
        journal.Mark($"{gate} reached");
        await journal.Wait(gate);
        journal.Mark($"{gate} passed");
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.Write($"{this.GetPrimaryKeyString()} {reason.ReasonCode}");
        journal.Mark($"{this.GetPrimaryKeyString()} gone");
        return Task.CompletedTask;
    }
}
