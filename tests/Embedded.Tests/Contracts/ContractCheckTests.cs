using System.Collections.Immutable;
using Mdm.Fleet.Domain.Enrollment;
using Orleans;

namespace Mdm.Fleet.Embedded.Tests.Contracts;

public sealed class ContractCheckTests
{
    [Fact]
    public void A_contract_of_plain_values_collections_messages_and_families_passes() =>
        Assert.Empty(ContractCheck.Check([typeof(IGood)]));

    [Theory]
    [InlineData(typeof(ITakes<byte[]>), "Byte[] is neither")]
    [InlineData(typeof(ITakes<List<string>>), "List<String> is neither")]
    [InlineData(typeof(ITakes<ImmutableArray<object>>), "Object is neither")]
    [InlineData(typeof(ITakes<Changing>), "Changing.Value: can change.")]
    [InlineData(typeof(ITakes<Holding>), "Holding.Values: List<String> is neither")]
    [InlineData(typeof(ITakes<Bare>), "Bare: has no [GenerateSerializer].")]
    [InlineData(typeof(ITakes<Bare>), "Bare: has no [Immutable].")]
    [InlineData(typeof(ITakes<Unnumbered>), "Unnumbered.B: has no [Id].")]
    [InlineData(typeof(ITakes<Twice>), "Twice: has [Id(1)] more than once.")]
    [InlineData(typeof(ITakes<Loose>), "Loose: is not sealed.")]
    [InlineData(typeof(ITakes<Open>), "Open: is an open family")]
    [InlineData(typeof(ITakes<Nameless>), "One: has no [Alias].")]
    [InlineData(typeof(ITakes<MutableStruct>), "MutableStruct is neither")]
    [InlineData(typeof(IAnswersNothing), "Go: answers neither Task nor ValueTask.")]
    [InlineData(typeof(IGeneric), "GoAsync: is generic.")]
    [InlineData(typeof(IByReference), "GoAsync: has a parameter by reference.")]
    public void What_is_wrong_is_named(Type contract, string problem) =>
        Assert.Contains(ContractCheck.Check([contract]), found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Stream_events_and_exceptions_of_an_assembly_are_checked_too()
    {
        var problems = ContractCheck.Check(typeof(ContractCheckTests).Assembly);
        Assert.Contains("BadException.Detail: has no [Id].", problems);
        Assert.DoesNotContain(problems, p => p.Contains("GoodException", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, p => p.Contains("Nudge", StringComparison.Ordinal));
    }

    [Fact]
    public void The_contracts_of_the_host_suite_pass() =>
        Assert.Empty(ContractCheck.Check(typeof(ContractCheckTests).Assembly.GetTypes()
            .Where(t => t is { IsInterface: true, Namespace: "Mdm.Fleet.Embedded.Tests.HostSuite.Grains" })));

    public interface IGood : IGrainWithStringKey
    {
        Task<ImmutableSortedDictionary<string, Message>> GoAsync(
            int number, string text, DateTimeOffset at, Guid? id, EnrollmentId device, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

        ValueTask<ImmutableArray<Shape>> ShapesAsync(IGood other);
    }

    public interface ITakes<T> : IGrainWithStringKey
    {
        Task GoAsync(T value);
    }

    public interface IAnswersNothing : IGrainWithStringKey
    {
        void Go();
    }

    public interface IGeneric : IGrainWithStringKey
    {
        Task GoAsync<T>(T value);
    }

    public interface IByReference : IGrainWithStringKey
    {
        Task GoAsync(in int value);
    }

    [GenerateSerializer, Immutable]
    public sealed record Message([property: Id(0)] EnrollmentKind Kind, [property: Id(1)] Part? Part);

    [GenerateSerializer, Immutable]
    public readonly record struct Part([property: Id(0)] EnrollmentId Device);

    [GenerateSerializer, Immutable, Alias("shape")]
    public abstract record Shape
    {
        private Shape()
        {
        }

        [GenerateSerializer, Immutable, Alias("shape.circle")]
        public sealed record Circle([property: Id(0)] double Radius) : Shape;
    }

    [GenerateSerializer, Immutable]
    public sealed record Changing
    {
        [Id(0)]
        public int Value { get; set; }
    }

    [GenerateSerializer, Immutable]
    public sealed record Holding([property: Id(0)] List<string> Values);

    public sealed record Bare;

    [GenerateSerializer, Immutable]
    public sealed record Unnumbered([property: Id(0)] int A, int B);

    [GenerateSerializer, Immutable]
    public sealed record Twice([property: Id(1)] int A, [property: Id(1)] int B);

    [GenerateSerializer, Immutable]
    public record Loose;

    [GenerateSerializer, Immutable, Alias("open")]
    public abstract record Open;

    [GenerateSerializer, Immutable, Alias("nameless")]
    public abstract record Nameless
    {
        private Nameless()
        {
        }

        [GenerateSerializer, Immutable]
        public sealed record One : Nameless;
    }

    public struct MutableStruct
    {
        public int Value { get; set; }
    }

    [GenerateSerializer]
    public sealed class GoodException(string reason) : Exception(reason)
    {
        [Id(0)]
        public string Reason { get; } = reason;
    }

    [GenerateSerializer]
    public sealed class BadException(string detail) : Exception(detail)
    {
        public string Detail { get; } = detail;
    }
}
