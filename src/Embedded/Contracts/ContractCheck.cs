using System.Reflection;
using Mdm.Fleet.Embedded.Contracts;
using Orleans;
using Orleans.Streams;

namespace Mdm.Fleet.Embedded;

/// <summary>
/// Whether grain contracts carry immutable values only, so that nothing is copied in process, and carry what a cluster's serializer needs.
/// Looks at arguments, results, stream events and exceptions; answers each problem as a sentence.
/// </summary>
public static class ContractCheck
{
    /// <summary>Checks every contract, stream event and exception of an assembly.</summary>
    public static IReadOnlyList<string> Check(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var types = assembly.GetTypes();
        var shapes = new ShapeCheck();
        foreach (var contract in types.Where(IsContract))
            Contract(contract, shapes);
        foreach (var grain in types.Where(t => t.IsDefined(typeof(ImplicitStreamSubscriptionAttribute))))
            foreach (var observed in grain.GetInterfaces().Where(IsObserver))
                shapes.Check(observed.GetGenericArguments()[0], $"{grain.Name}, stream event");
        foreach (var exception in types.Where(t => t.IsSubclassOf(typeof(Exception))))
            shapes.CheckException(exception);
        return shapes.Problems;
    }

    /// <summary>Checks the arguments and results of contracts.</summary>
    public static IReadOnlyList<string> Check(IEnumerable<Type> contracts)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        var shapes = new ShapeCheck();
        foreach (var contract in contracts)
            Contract(contract, shapes);
        return shapes.Problems;
    }

    private static bool IsContract(Type type) =>
        type.IsInterface && (typeof(IGrain).IsAssignableFrom(type) || typeof(IGrainObserver).IsAssignableFrom(type));

    private static bool IsObserver(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncObserver<>);

    private static void Contract(Type contract, ShapeCheck shapes)
    {
        foreach (var method in Proxies.Contract.MethodsOf(contract))
        {
            var name = $"{contract.Name}.{method.Name}";
            if (Proxies.Contract.Problem(method) is { } problem)
            {
                shapes.Report(name, problem);
                continue;
            }
            foreach (var parameter in method.GetParameters().Where(p => p.ParameterType != typeof(CancellationToken)))
                shapes.Check(parameter.ParameterType, $"{name}({parameter.Name})");
            if (method.ReturnType.IsGenericType)
                shapes.Check(method.ReturnType.GetGenericArguments()[0], $"{name}, result");
        }
    }
}
