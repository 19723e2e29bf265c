namespace Orleans.Runtime
{
    /// <summary>Whatever can be called through the grain host: a grain, a reference to one, an observer.</summary>
    public interface IAddressable;

    /// <summary>The host's side of one activation.</summary>
    public interface IGrainContext
    {
        /// <summary>The grain object; null until it is constructed and once it is gone.</summary>
        object? GrainInstance { get; }

        /// <summary>Asks for deactivation once the current turn is over.</summary>
        void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
    }
}

namespace Orleans
{
    using Orleans.Runtime;

    /// <summary>The root of grain contracts.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A contract of grains whose key is a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>The root of contracts that objects other than grains serve, for as long as they live.</summary>
    public interface IGrainObserver : IAddressable;

    /// <summary>What the host needs of a grain object.</summary>
    public interface IGrainBase
    {
        IGrainContext GrainContext { get; }

        /// <summary>Runs before the first call; an exception goes to the callers and leaves no activation.</summary>
        Task OnActivateAsync(CancellationToken token);

        /// <summary>Runs after the last call of this activation.</summary>
        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token);
    }
}
