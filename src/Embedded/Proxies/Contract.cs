using System.Collections.Immutable;
using System.Reflection;
using Orleans;

namespace Mdm.Fleet.Embedded.Proxies;

/// <summary>A grain or observer interface: its methods, and its proxy class.</summary>
internal sealed class Contract
{
    public Contract(Type type)
    {
        Type = type;
        var methods = MethodsOf(type);
        Methods = [.. methods.Select(m => new ContractMethod(m.Name, m.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout))];
        Create = ProxyEmitter.Emit(type, methods);
    }

    public Type Type { get; }

    public ImmutableArray<ContractMethod> Methods { get; }

    /// <summary>Makes a reference.</summary>
    public Func<Destination, string, GrainReference> Create { get; }

    public static ImmutableArray<MethodInfo> MethodsOf(Type type) =>
        [.. type.GetInterfaces().Prepend(type).SelectMany(i => i.GetMethods(BindingFlags.Instance | BindingFlags.Public))];

    /// <summary>What keeps a method from being called through a proxy; null = nothing.</summary>
    public static string? Problem(MethodInfo method)
    {
        if (method.IsGenericMethodDefinition)
            return "is generic";
        if (method.IsSpecialName)
            return "belongs to a property or an event";
        if (method.GetParameters().Any(p => p.ParameterType.IsByRef))
            return "has a parameter by reference";
        return IsTask(method.ReturnType) ? null : "answers neither Task nor ValueTask";
    }

    private static bool IsTask(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>)));
}

/// <param name="Name">As declared.</param>
/// <param name="Timeout">Null = the host's.</param>
internal readonly record struct ContractMethod(string Name, TimeSpan? Timeout);
