using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Mdm.Fleet.Embedded.Streams;

/// <summary>The implicit subscriptions of one activation: made at the first event of a stream, gone with the activation.</summary>
internal sealed class Subscriptions(object grain)
{
    private readonly Dictionary<(string Provider, StreamId Stream), object?> _observers = [];

    public async Task DeliverAsync(StreamEvent streamEvent)
    {
        var observer = await ObserverAsync(streamEvent);
        var given = observer is null ? null : streamEvent.Give(observer);
        await (given ?? throw new OrleansException($"{grain.GetType().Name} took no subscription to this type of event of {streamEvent.Stream}."));
    }

    private async Task<object?> ObserverAsync(StreamEvent streamEvent)
    {
        var key = (streamEvent.Provider, streamEvent.Stream);
        if (_observers.TryGetValue(key, out var observer))
            return observer;
        if (grain is IStreamSubscriptionObserver told)
            await told.OnSubscribed(new Factory(this, streamEvent.Provider, streamEvent.Stream));
        return _observers.GetValueOrDefault(key);
    }

    private sealed class Factory(Subscriptions owner, string provider, StreamId stream) : IStreamSubscriptionHandleFactory
    {
        public StreamId StreamId => stream;

        public string ProviderName => provider;

        public StreamSubscriptionHandle<T> Create<T>() => new Handle<T>(owner, provider, stream);
    }

    private sealed class Handle<T>(Subscriptions owner, string provider, StreamId stream) : StreamSubscriptionHandle<T>
    {
        public override StreamId StreamId => stream;

        public override string ProviderName => provider;

        public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null)
        {
            owner._observers[(provider, stream)] = observer;
            return Task.FromResult<StreamSubscriptionHandle<T>>(this);
        }
    }
}
