namespace Orleans.Core
{
    /// <summary>A record of a grain.</summary>
    public interface IStorage
    {
        /// <summary>The version last read or written; null where there is no record.</summary>
        string? Etag { get; }

        bool RecordExists { get; }

        /// <summary>Removes the record and resets the state.</summary>
        /// <exception cref="Orleans.Storage.InconsistentStateException">Another version is stored.</exception>
        Task ClearStateAsync();

        /// <inheritdoc cref="ClearStateAsync()"/>
        Task ClearStateAsync(CancellationToken cancellationToken);

        /// <summary>Replaces the state with what is stored.</summary>
        Task ReadStateAsync();

        /// <inheritdoc cref="ReadStateAsync()"/>
        Task ReadStateAsync(CancellationToken cancellationToken);

        /// <summary>Completes once the state is durable.</summary>
        /// <exception cref="Orleans.Storage.InconsistentStateException">Another version is stored.</exception>
        Task WriteStateAsync();

        /// <inheritdoc cref="WriteStateAsync()"/>
        Task WriteStateAsync(CancellationToken cancellationToken);
    }

    /// <summary>A record of a grain with its value in memory.</summary>
    public interface IStorage<TState> : IStorage
    {
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    using Orleans.Core;

    /// <summary>A grain's state; read before the grain is activated. Comes by constructor with <see cref="PersistentStateAttribute"/>.</summary>
    public interface IPersistentState<TState> : IStorage<TState>;

    /// <summary>Names the record and the store of a constructor parameter of type <see cref="IPersistentState{T}"/>.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
    {
        public string StateName { get; } = stateName;

        public string? StorageName { get; } = storageName;
    }
}
