namespace Orleans.Runtime
{
    /// <summary>The address of a stream: a namespace and a key.</summary>
    public readonly struct StreamId : IEquatable<StreamId>
    {
        private readonly string? _namespace;
        private readonly string _key;

        private StreamId(string? ns, string key) => (_namespace, _key) = (ns, key);

        public static StreamId Create(string? ns, string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            return new(ns, key);
        }

        public static bool operator ==(StreamId s1, StreamId s2) => s1.Equals(s2);

        public static bool operator !=(StreamId s1, StreamId s2) => !s1.Equals(s2);

        public string GetKeyAsString() => _key;

        public string? GetNamespace() => _namespace;

        public bool Equals(StreamId other) => _key == other._key && _namespace == other._namespace;

        public override bool Equals(object? obj) => obj is StreamId other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(_namespace, _key);

        public override string ToString() => $"{_namespace}/{_key}";
    }
}

namespace Orleans.Streams
{
    using Orleans.Runtime;

    /// <summary>A place in a stream. The embedded host's streams can't be rewound and give none.</summary>
    public abstract class StreamSequenceToken;

    /// <summary>Takes the events of a stream.</summary>
    public interface IAsyncObserver<in T>
    {
        /// <summary>One event. An exception makes the host deliver it again, a few times at most.</summary>
        Task OnNextAsync(T item, StreamSequenceToken? token = null);

        Task OnCompletedAsync();

        Task OnErrorAsync(Exception ex);
    }

    /// <summary>A stream, as its producer sees it.</summary>
    public interface IAsyncStream
    {
        string ProviderName { get; }

        StreamId StreamId { get; }
    }

    /// <summary>A stream of events. What is given to it is delivered later, in order, to the implicit subscribers.</summary>
    public interface IAsyncStream<T> : IAsyncStream, IAsyncObserver<T>;

    /// <summary>A named source of streams.</summary>
    public interface IStreamProvider
    {
        string Name { get; }

        IAsyncStream<T> GetStream<T>(StreamId streamId);
    }

    /// <summary>One subscription of one grain.</summary>
    public abstract class StreamSubscriptionHandle<T>
    {
        public abstract StreamId StreamId { get; }

        public abstract string ProviderName { get; }

        /// <summary>From now on events go to this observer.</summary>
        public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null);
    }
}

namespace Orleans.Streams.Core
{
    using Orleans.Runtime;

    /// <summary>Makes the handle of a subscription that the host found.</summary>
    public interface IStreamSubscriptionHandleFactory
    {
        StreamId StreamId { get; }

        string ProviderName { get; }

        StreamSubscriptionHandle<T> Create<T>();
    }

    /// <summary>A grain that is told of its implicit subscriptions, before their first event.</summary>
    public interface IStreamSubscriptionObserver
    {
        Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory);
    }
}

namespace Orleans
{
    using Orleans.Streams;

    /// <summary>The way from a grain to its streams.</summary>
    public static class GrainStreamingExtensions
    {
        /// <exception cref="ArgumentException">No such provider.</exception>
        public static IStreamProvider GetStreamProvider(this Grain grain, string name)
        {
            ArgumentNullException.ThrowIfNull(grain);
            return grain.Activation.Host.StreamProvider(name);
        }
    }
}
