using System.Reflection;
using Mdm.Fleet.Grains.Tests.Records;

namespace Mdm.Fleet.Cluster.Tests.Contracts;

/// <summary>All that contracts carry arrives in another silo, and comes back, as it was.</summary>
[Trait("Requirement", "DC-02")]
public sealed class RoundTripTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static readonly MethodInfo Crossing = typeof(RoundTripTests).GetMethod(nameof(CrossesAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;

    public static TheoryData<string> Contracts => [.. Carried.Contracts];

    public static TheoryData<string> Failures => [.. EchoGrain.Failures.Keys];

    [Theory]
    [MemberData(nameof(Contracts))]
    public async Task What_a_contract_carries_crosses_to_another_silo_and_back(string contract)
    {
        foreach (var (type, member) in Carried.By(contract))
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
        Assert.Equal(Carried.Told(sent), Carried.Told(came));
    }
}
