using System.Reflection;
using Mdm.Fleet.Embedded.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Activations;

/// <summary>Builds grains of one class: services come from the container, states by <see cref="PersistentStateAttribute"/>.</summary>
internal sealed class GrainConstructor
{
    private readonly ConstructorInvoker _invoker;
    private readonly Func<Activation, object>[] _arguments;
    private readonly int _states;

    public GrainConstructor(EmbeddedHost host, Type type)
    {
        var constructors = type.GetConstructors();
        if (constructors.Length != 1)
            throw new GrainConfigurationException($"{type.Name} has {constructors.Length} public constructors; one is needed.");
        _invoker = ConstructorInvoker.Create(constructors[0]);
        _arguments = Array.ConvertAll(constructors[0].GetParameters(), p => Argument(host, p));
        _states = constructors[0].GetParameters().Count(IsState);
    }

    public bool HasState => _states > 0;

    public (object Grain, IActivationState[] States) Construct(Activation activation)
    {
        var arguments = new object?[_arguments.Length];
        var states = _states == 0 ? [] : new IActivationState[_states];
        var next = 0;
        for (var i = 0; i < arguments.Length; i++)
            if ((arguments[i] = _arguments[i](activation)) is IActivationState state)
                states[next++] = state;
        return (_invoker.Invoke(arguments.AsSpan()), states);
    }

    private static bool IsState(ParameterInfo parameter) => parameter.IsDefined(typeof(PersistentStateAttribute));

    private static Func<Activation, object> Argument(EmbeddedHost host, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is not { } named)
            return type == typeof(IGrainContext) ? activation => activation : _ => host.Services.GetRequiredService(type);
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            throw new GrainConfigurationException($"{parameter.Member.DeclaringType!.Name}: [PersistentState] is for an IPersistentState<T>.");
        var bridge = (StateBridge)Activator.CreateInstance(
            typeof(StateBridge<>).MakeGenericType(type.GetGenericArguments()[0]), host, named.StateName)!;
        return bridge.Create;
    }
}
