using FsCheck;
using FsCheck.Fluent;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Tests.Attributes;

/// <summary>How numbers and versions compare.</summary>
public sealed class ComparisonTests
{
    [Theory]
    [Trait("Requirement", "UG-03")]
    [InlineData("17.0.3", "17.1", -1)]
    [InlineData("17.10", "17.9", 1)]
    [InlineData("17", "17.0.0", 0)]
    [InlineData("017.00", "17", 0)]
    [InlineData("17.0.0.1", "17", 1)]
    [InlineData("9", "10", -1)]
    [InlineData("999999999", "999999998.9", 1)]
    [InlineData("1.2.3.4.5.6.7.8", "1.2.3.4.5.6.7.9", -1)]
    public void Versions_compare_part_by_part(string left, string right, int order)
    {
        Assert.Equal(order, Versions.Compare(left, right));
        Assert.Equal(-order, Versions.Compare(right, left));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("17.")]
    [InlineData(".17")]
    [InlineData("17..1")]
    [InlineData("17.0b1")]
    [InlineData("-1")]
    [InlineData(" 17")]
    [InlineData("17.٣")]
    [InlineData("1234567890")]
    [InlineData("1.2.3.4.5.6.7.8.9")]
    public void What_is_no_version_compares_with_none(string garbage)
    {
        Assert.False(Versions.IsVersion(garbage));
        Assert.Null(Versions.Compare(garbage, "17"));
        Assert.Null(Versions.Compare("17", garbage));
    }

    [Theory]
    [Trait("Requirement", "UG-04")]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.00", "0")]
    [InlineData("007", "7")]
    [InlineData("1.50", "1.5")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("100", "100")]
    [InlineData("-12.3400", "-12.34")]
    [InlineData("9999999999999999999999999999", "9999999999999999999999999999")]
    [InlineData("0.000000000000000000000000001", "0.000000000000000000000000001")]
    public void A_number_has_one_text(string given, string canonical)
    {
        Assert.True(Numbers.TryCanonical(given, out var text));
        Assert.Equal(canonical, text);
        Assert.Equal(0, Numbers.Compare(given, canonical));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("--1")]
    [InlineData("+1")]
    [InlineData("1-")]
    [InlineData("1e3")]
    [InlineData("1,5")]
    [InlineData("1.2.3")]
    [InlineData(" 1")]
    [InlineData("NaN")]
    [InlineData("٣")]
    [InlineData("99999999999999999999999999999")]
    public void What_is_no_number_compares_with_none(string garbage)
    {
        Assert.False(Numbers.TryCanonical(garbage, out _));
        Assert.Null(Numbers.Compare(garbage, "1"));
        Assert.Null(Numbers.Compare("1", garbage));
    }

    [Fact]
    public void Numbers_compare_exactly() => Assert.Equal(-1, Numbers.Compare("9999999999999999999999999998", "9999999999999999999999999999"));

    [Fact]
    public void Versions_compare_as_lists_of_their_parts()
    {
        var parts = Gen.ArrayOf(Gen.Choose(0, 20)).Where(parts => parts.Length is >= 1 and <= 8);
        Prop.ForAll(parts.Two().ToArbitrary(), pair => Assert.Equal(
            Enumerable.Range(0, 8).Select(i => pair.Item1.ElementAtOrDefault(i).CompareTo(pair.Item2.ElementAtOrDefault(i))).FirstOrDefault(order => order != 0),
            Versions.Compare(string.Join('.', pair.Item1), string.Join('.', pair.Item2)))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Comparing_allocates_nothing()
    {
        var order = Versions.Compare("17.0.3", "17.1") + Numbers.Compare("1.5", "2");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            order += Versions.Compare("17.0.3", "17.1") + Numbers.Compare("1.5", "2");
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(-2_002, order);
    }
}
