using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using Mdm.Fleet.Embedded.Activations;

namespace Mdm.Fleet.Embedded.Proxies;

/// <summary>
/// Emits, once per contract, a class that implements it over <see cref="GrainReference"/>, and per method a struct that holds the
/// arguments: a call that runs at once allocates nothing of the host's.
/// </summary>
internal static class ProxyEmitter
{
    private static readonly Lock Emitting = new();
    private static readonly ModuleBuilder Module = NewModule();
    private static readonly HashSet<string> Opened = [];
    private static int _sequence;

    public static Func<Destination, string, GrainReference> Emit(Type contract, ImmutableArray<MethodInfo> methods)
    {
        lock (Emitting)
        {
            Open(typeof(ProxyEmitter).Assembly);
            Open(contract.Assembly);
            var proxy = Module.DefineType(
                $"{contract.FullName}#{++_sequence}", TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [contract]);
            var constructor = Constructor(proxy);
            for (var i = 0; i < methods.Length; i++)
                Method(proxy, methods[i], i);
            Factory(proxy, constructor);
            return proxy.CreateType().GetMethod("New")!.CreateDelegate<Func<Destination, string, GrainReference>>();
        }
    }

    private static void Method(TypeBuilder proxy, MethodInfo method, int index)
    {
        var parameters = Array.ConvertAll(method.GetParameters(), p => p.ParameterType);
        var invocation = Invocation(method, parameters);
        var builder = proxy.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType, parameters);
        var il = builder.GetILGenerator();
        var local = il.DeclareLocal(invocation);
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldloca_S, local);
            il.Emit(OpCodes.Ldarg, i + 1);
            il.Emit(OpCodes.Stfld, invocation.GetField($"a{i}")!);
        }
        var result = ResultOf(method.ReturnType);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc, local);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Call, SendMethod.MakeGenericMethod(invocation, result));
        FromTask(il, method.ReturnType, result);
        il.Emit(OpCodes.Ret);
        proxy.DefineMethodOverride(builder, method);
    }

    /// <summary>struct { arguments; Task Invoke(object target) => ((contract)target).method(arguments) }</summary>
    private static Type Invocation(MethodInfo method, Type[] parameters)
    {
        var type = Module.DefineType(
            $"{method.DeclaringType!.FullName}.{method.Name}#{++_sequence}",
            TypeAttributes.Public | TypeAttributes.Sealed | TypeAttributes.SequentialLayout, typeof(ValueType), [typeof(IInvocation)]);
        var fields = parameters.Select((p, i) => type.DefineField($"a{i}", p, FieldAttributes.Public)).ToArray();
        var invoke = type.DefineMethod(
            nameof(IInvocation.Invoke), MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig,
            typeof(Task), [typeof(object)]);
        var il = invoke.GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (var field in fields)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, field);
        }
        il.Emit(OpCodes.Callvirt, method);
        ToTask(il, method.ReturnType);
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(invoke, typeof(IInvocation).GetMethod(nameof(IInvocation.Invoke))!);
        return type.CreateType();
    }

    private static Type ResultOf(Type returned) => returned.IsGenericType ? returned.GetGenericArguments()[0] : typeof(Nothing);

    private static void ToTask(ILGenerator il, Type returned)
    {
        if (!returned.IsValueType)
            return;
        var local = il.DeclareLocal(returned);
        il.Emit(OpCodes.Stloc, local);
        il.Emit(OpCodes.Ldloca_S, local);
        il.Emit(OpCodes.Call, returned.GetMethod(nameof(ValueTask.AsTask))!);
    }

    private static void FromTask(ILGenerator il, Type returned, Type result)
    {
        if (returned.IsGenericType)
            il.Emit(OpCodes.Castclass, typeof(Task<>).MakeGenericType(result));
        if (returned == typeof(ValueTask))
            il.Emit(OpCodes.Newobj, typeof(ValueTask).GetConstructor([typeof(Task)])!);
        else if (returned.IsValueType)
            il.Emit(OpCodes.Newobj, returned.GetConstructor([typeof(Task<>).MakeGenericType(result)])!);
    }

    private static ConstructorBuilder Constructor(TypeBuilder proxy)
    {
        Type[] parameters = [typeof(Destination), typeof(string)];
        var constructor = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, parameters);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(AnyInstance, parameters)!);
        il.Emit(OpCodes.Ret);
        return constructor;
    }

    private static void Factory(TypeBuilder proxy, ConstructorBuilder constructor)
    {
        var factory = proxy.DefineMethod(
            "New", MethodAttributes.Public | MethodAttributes.Static, typeof(GrainReference), [typeof(Destination), typeof(string)]);
        var il = factory.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Newobj, constructor);
        il.Emit(OpCodes.Ret);
    }

    private const BindingFlags AnyInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly MethodInfo SendMethod = typeof(GrainReference).GetMethod("Send", AnyInstance)!;

    /// <summary>Contracts and our own base class may be internal: the runtime lets the emitted assembly in where it is named so.</summary>
    private static void Open(Assembly assembly)
    {
        var name = assembly.GetName().Name!;
        if (Opened.Add(name))
            ((AssemblyBuilder)Module.Assembly).SetCustomAttribute(new CustomAttributeBuilder(AccessAttribute.Value, [name]));
    }

    private static readonly Lazy<ConstructorInfo> AccessAttribute = new(() =>
    {
        var type = Module.DefineType("System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute", TypeAttributes.Public, typeof(Attribute));
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, [typeof(string)]);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(AnyInstance, Type.EmptyTypes)!);
        il.Emit(OpCodes.Ret);
        return type.CreateType().GetConstructor([typeof(string)])!;
    });

    private static ModuleBuilder NewModule() =>
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Mdm.Fleet.Embedded.Proxies"), AssemblyBuilderAccess.Run).DefineDynamicModule("Proxies");
}
