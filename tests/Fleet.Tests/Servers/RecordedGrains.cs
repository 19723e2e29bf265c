using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Mdm.Fleet.Fleet.Tests.Servers;

/// <summary>Stands between a server's web side and its grains, and notes what is asked of the grains of one contract.</summary>
public class RecordedGrains : DispatchProxy
{
    private IGrainFactory? _inner;
    private Func<object?, object?>? _wrap;

    /// <summary>Notes the calls to <typeparamref name="TContract"/>: method and arguments.</summary>
    public static Action<IServiceCollection> Of<TContract>(ConcurrentQueue<(string Method, object?[] Arguments)> calls)
        where TContract : class => services =>
    {
        var real = services.Single(service => service.ServiceType == typeof(IGrainFactory)).ImplementationFactory!;
        services.AddSingleton(provider =>
        {
            var grains = Create<IGrainFactory, RecordedGrains>();
            var recorded = (RecordedGrains)(object)grains;
            recorded._inner = (IGrainFactory)real(provider);
            recorded._wrap = grain => grain is TContract contract ? RecordedGrain.Around(contract, calls) : grain;
            return grains;
        });
    };

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _wrap!(targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null));
}

/// <summary>One such grain.</summary>
public class RecordedGrain : DispatchProxy
{
    private object? _inner;
    private ConcurrentQueue<(string Method, object?[] Arguments)>? _calls;

    internal static TContract Around<TContract>(TContract inner, ConcurrentQueue<(string Method, object?[] Arguments)> calls)
        where TContract : class
    {
        var grain = Create<TContract, RecordedGrain>();
        ((RecordedGrain)(object)grain)._inner = inner;
        ((RecordedGrain)(object)grain)._calls = calls;
        return grain;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _calls!.Enqueue((targetMethod!.Name, args ?? []));
        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
