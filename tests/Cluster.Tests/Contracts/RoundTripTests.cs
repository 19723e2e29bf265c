using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Tests.Records;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Tests.Contracts;

/// <summary>All that contracts carry arrives in another silo, and comes back, as it was.</summary>
[Trait("Requirement", "DC-02")]
public sealed class RoundTripTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static readonly JsonSerializerOptions Json = new()
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(GrainsJson.Default, new DefaultJsonTypeInfoResolver()),
    };

    private static readonly MethodInfo Crossing = typeof(RoundTripTests).GetMethod(nameof(CrossesAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;

    public static TheoryData<string> Contracts => [.. ContractTypes().Select(type => type.Name)];

    public static TheoryData<string> Failures => [.. EchoGrain.Failures.Keys];

    [Theory]
    [MemberData(nameof(Contracts))]
    public async Task What_a_contract_carries_crosses_to_another_silo_and_back(string contract)
    {
        var carried = ContractTypes().Single(type => type.Name == contract).GetMethods().SelectMany(TypesOf)
            .Concat(contract == nameof(IDevice) ? [typeof(MembershipHint)] : [])
            .Distinct();
        foreach (var type in carried)
            foreach (var member in Samples.FamilyOf(type))
                await (Task)Crossing.MakeGenericMethod(type).Invoke(this, [Samples.Of(member, 1)])!;
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task An_exception_keeps_its_type_and_words_on_the_way_from_another_silo(string what)
    {
        var thrown = EchoGrain.Failures[what]();
        var expected = thrown is Storage.StoreFailureException ? thrown.InnerException! : thrown;
        var caught = await Assert.ThrowsAnyAsync<Exception>(() => silos.Echo.Throw(what));
        Assert.Equal(expected.GetType(), caught.GetType());
        Assert.Equal(expected.Message, caught.Message);
    }

    private async Task CrossesAsync<T>(T sent)
        where T : notnull
    {
        var came = await silos.Echo.Echo(sent);
        Assert.Equal(sent.GetType(), came.GetType());
        Assert.Equal(JsonSerializer.Serialize(sent, sent.GetType(), Json), JsonSerializer.Serialize(came, came.GetType(), Json));
    }

    private static IEnumerable<Type> ContractTypes() => typeof(IDevice).Assembly.GetTypes()
        .Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type))
        .OrderBy(type => type.Name, StringComparer.Ordinal);

    private static IEnumerable<Type> TypesOf(MethodInfo method) => method.GetParameters().Select(parameter => parameter.ParameterType)
        .Concat(method.ReturnType.GetGenericArguments())
        .Where(type => !typeof(IAddressable).IsAssignableFrom(type) && type != typeof(CancellationToken))
        .Select(type => Nullable.GetUnderlyingType(type) ?? type);
}
