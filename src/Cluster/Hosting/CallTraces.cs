using System.Diagnostics;
using Mdm.Fleet.Storage.Telemetry;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Hosting;

/// <summary>
/// Takes the trace of whoever calls a grain to where the grain runs. Orleans' own propagation begins a trace with every call that none belongs to; here
/// an untraced call stays untraced.
/// </summary>
internal sealed class CallTraces : IOutgoingGrainCallFilter, IIncomingGrainCallFilter
{
    private const string TraceParent = "traceparent";

    public Task Invoke(IOutgoingGrainCallContext context) =>
        Activity.Current is { Recorded: true, Id: { } caller } ? Send(context, caller) : context.Invoke();

    public Task Invoke(IIncomingGrainCallContext context) =>
        RequestContext.Get(TraceParent) is string parent && ActivityContext.TryParse(parent, null, isRemote: true, out var caller)
            ? Take(context, caller)
            : context.Invoke();

    /// <summary>Asynchronous, so that what is set for this call does not stay with the caller.</summary>
    private static async Task Send(IOutgoingGrainCallContext context, string caller)
    {
        RequestContext.Set(TraceParent, caller);
        await context.Invoke();
    }

    private static async Task Take(IIncomingGrainCallContext context, ActivityContext caller)
    {
        using var call = FleetTelemetry.Begin("grain.call", caller);
        call?.SetTag("rpc.service", context.InterfaceName).SetTag("rpc.method", context.MethodName);
        await context.Invoke();
    }
}
