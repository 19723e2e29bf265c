using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Shifts;

/// <summary>The main job end to end, as <c>./run --demo N --exit</c> plays it.</summary>
public sealed class ShiftTests : IDisposable
{
    private readonly PlayedShift _shift = new();

    [Fact]
    [Trait("Requirement", "MU-01")]
    [Trait("Requirement", "MU-02")]
    [Trait("Requirement", "MU-03")]
    [Trait("Requirement", "MU-04")]
    [Trait("Requirement", "MU-05")]
    [Trait("Requirement", "MU-06")]
    public async Task A_shift_on_SQLite_leaves_nothing_behind_and_loses_nothing() => await _shift.AssertHoldsAsync();

    [Fact]
    [Trait("Requirement", "MU-03")]
    [Trait("Requirement", "MU-04")]
    public async Task A_shift_on_PostgreSQL_leaves_nothing_behind_and_loses_nothing()
    {
        await using var cluster = await PostgresCluster.StartNewAsync();
        await _shift.AssertHoldsAsync("--store", "postgres:" + await cluster.NewDatabaseAsync());
    }

    [Fact]
    [Trait("Requirement", "PR-03")]
    [Trait("Requirement", "BY-01")]
    public async Task On_a_bad_day_with_the_server_killed_in_three_phases_the_same_holds_on_SQLite() => await _shift.AssertHoldsAsync(chaos: true, _shift.Serving);

    [Fact]
    [Trait("Requirement", "PR-03")]
    [Trait("Requirement", "BY-01")]
    public async Task On_a_bad_day_with_the_server_killed_in_three_phases_the_same_holds_on_PostgreSQL()
    {
        await using var cluster = await PostgresCluster.StartNewAsync();
        await _shift.AssertHoldsAsync(chaos: true, [.. _shift.Serving, "--store", "postgres:" + await cluster.NewDatabaseAsync()]);
    }

    public void Dispose() => _shift.Dispose();
}
