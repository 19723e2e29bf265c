using System.Diagnostics.CodeAnalysis;
using Mdm.Fleet.Embedded.Activations;
using Orleans.Runtime;

namespace Orleans;

/// <summary>The base of grain classes: one activation a key, one turn at a time, never re-entrant.</summary>
[SuppressMessage("Naming", "CA1725", Justification = "Orleans names these parameters so.")]
public abstract class Grain : IGrainBase, IAddressable
{
    /// <exception cref="InvalidOperationException">Constructed by something else than the host.</exception>
    protected Grain() => Activation = Activation.Constructing
        ?? throw new InvalidOperationException("Only the grain host constructs grains.");

    public IGrainContext GrainContext => Activation;

    protected IGrainFactory GrainFactory => Activation.Host.GrainFactory;

    protected internal IServiceProvider ServiceProvider => Activation.Host.Services;

    internal Activation Activation { get; }

    /// <summary>Runs before the first call; an exception goes to the callers and leaves no activation.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last call of this activation.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Drops this activation after the current turn; waiting calls go to the next one.</summary>
    protected void DeactivateOnIdle() =>
        Activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The grain asked for it."));
}
