using Orleans.Runtime;
using Orleans.Streams;

namespace Mdm.Fleet.Embedded.Streams;

/// <summary>Streams in memory: nothing of them outlives the process.</summary>
internal sealed class StreamProvider(string name, StreamPump pump) : IStreamProvider
{
    public string Name => name;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new EmbeddedStream<T>(name, streamId, pump);

    private sealed class EmbeddedStream<T>(string provider, StreamId stream, StreamPump pump) : IAsyncStream<T>
    {
        public string ProviderName => provider;

        public StreamId StreamId => stream;

        public Task OnNextAsync(T item, StreamSequenceToken? token = null) => Take(observer => observer.OnNextAsync(item));

        public Task OnCompletedAsync() => Take(observer => observer.OnCompletedAsync());

        public Task OnErrorAsync(Exception ex) => Take(observer => observer.OnErrorAsync(ex));

        private Task Take(Func<IAsyncObserver<T>, Task> give)
        {
            pump.Take(new StreamEvent<T>(provider, stream, give));
            return Task.CompletedTask;
        }
    }
}
