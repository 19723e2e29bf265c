namespace Orleans.Runtime
{
    using System.Diagnostics.CodeAnalysis;

    /// <summary>A timer of one activation: it ends with it.</summary>
    public interface IGrainTimer : IDisposable
    {
        /// <summary>Sets the time of the next tick and the pause between the end of a tick and the next.</summary>
        void Change(TimeSpan dueTime, TimeSpan period);
    }

    /// <summary>When a grain timer ticks, and how its ticks relate to other turns.</summary>
    public readonly struct GrainTimerCreationOptions()
    {
        [SetsRequiredMembers]
        public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
            : this()
        {
            DueTime = dueTime;
            Period = period;
        }

        /// <summary>The time to the first tick; <see cref="Timeout.InfiniteTimeSpan"/> = none.</summary>
        public required TimeSpan DueTime { get; init; }

        /// <summary>The pause between the end of a tick and the next; <see cref="Timeout.InfiniteTimeSpan"/> = one tick only.</summary>
        public required TimeSpan Period { get; init; }

        /// <summary>Ticks may run while a turn waits; never while it computes.</summary>
        public bool Interleave { get; init; }

        /// <summary>A tick counts as use, so that the activation is not collected as idle.</summary>
        public bool KeepAlive { get; init; }
    }
}

namespace Orleans
{
    using Mdm.Fleet.Embedded.Activations;
    using Orleans.Runtime;

    /// <summary>What a grain can ask of its host.</summary>
    public static class GrainBaseExtensions
    {
        /// <summary>Starts a timer. A tick never overlaps another of the same timer; a failed tick is logged and the next one comes.</summary>
        public static IGrainTimer RegisterGrainTimer(
            this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
        {
            ArgumentNullException.ThrowIfNull(grain);
            ArgumentNullException.ThrowIfNull(callback);
            return ((Activation)grain.GrainContext).AddTimer(callback, options);
        }
    }
}
