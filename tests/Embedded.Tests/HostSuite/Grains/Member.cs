using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

[GenerateSerializer, Immutable]
public sealed record Nudge([property: Id(0)] int Revision);

public interface IMemberGrain : IGrainWithStringKey
{
    Task<int> HoldAsync(string gate);
}

public interface IPublisherGrain : IGrainWithStringKey
{
    Task PublishAsync(string key, ImmutableArray<Nudge> nudges);
}

/// <summary>Writes "key: revision" for each event; revision 13 fails always, revision 7 the first time.</summary>
[ImplicitStreamSubscription("nudges")]
public sealed class MemberGrain(Journal journal) : Grain, IMemberGrain, IStreamSubscriptionObserver, IAsyncObserver<Nudge>
{
    private bool _failedOnce;
    private int _events;

    public async Task<int> HoldAsync(string gate)
    {
        journal.Mark($"{gate} reached");
        await journal.Wait(gate);
        return _events;
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Nudge>().ResumeAsync(this);

    public async Task OnNextAsync(Nudge item, StreamSequenceToken? token = null)
    {
        await Task.Yield();
        _events++;
        var line = $"{this.GetPrimaryKeyString()}: {item.Revision}";
        if (item.Revision == 13 || (item.Revision == 7 && !_failedOnce))
        {
            _failedOnce = true;
            journal.Write($"{line} failed");
            journal.Mark($"{line} failed");
            throw new InvalidOperationException("This event fails.");
        }
        journal.Write(line);
        journal.Mark(line);
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

public sealed class PublisherGrain : Grain, IPublisherGrain
{
    public async Task PublishAsync(string key, ImmutableArray<Nudge> nudges)
    {
        var stream = this.GetStreamProvider("membership").GetStream<Nudge>(StreamId.Create("nudges", key));
        foreach (var nudge in nudges)
            await stream.OnNextAsync(nudge);
    }
}
