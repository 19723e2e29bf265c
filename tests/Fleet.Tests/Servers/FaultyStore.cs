using System.Reflection;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.Servers;

/// <summary>Stands between a server and its store, and fails with a given exception while there is one.</summary>
public class FaultyStore : DispatchProxy
{
    private IRecordStore? _inner;
    private int _calls;

    /// <summary>What every read and write fails with; null = none does.</summary>
    public Func<Exception>? Failure { get; set; }

    /// <summary>What a write fails with; null = it does not.</summary>
    public Func<RecordWrite, Exception?>? WriteFailure { get; set; }

    /// <summary>Reads and writes so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public static Action<IServiceCollection> Between(Action<FaultyStore> made) => services =>
    {
        var real = services.Single(service => service.ServiceType == typeof(IRecordStore)).ImplementationFactory!;
        services.AddSingleton(provider =>
        {
            var store = Create<IRecordStore, FaultyStore>();
            var faulty = (FaultyStore)(object)store;
            faulty._inner = (IRecordStore)real(provider);
            made(faulty);
            return store;
        });
    };

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var isAlwaysSound = targetMethod!.IsSpecialName || targetMethod.Name == nameof(IAsyncDisposable.DisposeAsync);
        if (!isAlwaysSound)
            Interlocked.Increment(ref _calls);
        if (args is [RecordWrite write, ..] && WriteFailure?.Invoke(write) is { } refused)
            throw refused;
        return Failure is { } failure && !isAlwaysSound ? throw failure() : targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
