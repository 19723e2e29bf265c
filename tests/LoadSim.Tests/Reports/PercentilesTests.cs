using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.LoadSim.Tests.Reports;

public sealed class PercentilesTests
{
    [Theory]
    [InlineData(50, 50)]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    [InlineData(0.1, 1)]
    public void A_percentile_is_the_smallest_sample_that_enough_others_do_not_exceed(double percent, double expected) =>
        Assert.Equal(expected, Percentiles.Of([.. Enumerable.Range(1, 100).Reverse().Select(n => (double)n)], percent));

    [Fact]
    public void One_sample_is_every_percentile() => Assert.Equal(7, Percentiles.Of([7], 99));

    [Fact]
    public void The_median_of_two_is_the_lower_one() => Assert.Equal(3, Percentiles.Of([9, 3], 50));

    [Fact]
    public void No_samples_give_zero() => Assert.Equal(0, Percentiles.Of([], 50));

    [Theory]
    [InlineData(0)]
    [InlineData(100.5)]
    public void A_percentage_outside_its_range_is_refused(double percent) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Percentiles.Of([1], percent));
}
