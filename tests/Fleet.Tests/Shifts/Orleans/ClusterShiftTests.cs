using System.Diagnostics;
using Mdm.Fleet.LoadSim.Chaos;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Shifts.Orleans;

/// <summary>The same shift on what a cluster can be made of.</summary>
public sealed class ClusterShiftTests : IAsyncLifetime, IDisposable
{
    private readonly PlayedShift _shift = new();
    private PostgresCluster _postgres = null!;
    private string[] _store = null!;

    public async Task InitializeAsync()
    {
        _postgres = await PostgresCluster.StartNewAsync();
        _store = ["--store", "postgres:" + await _postgres.NewDatabaseAsync()];
    }

    public async Task DisposeAsync() => await _postgres.DisposeAsync();

    public void Dispose() => _shift.Dispose();

    [Theory]
    [InlineData("--streams", "adonet")]
    [InlineData("--grain-storage", "adonet")]
    [Trait("Requirement", "DC-04")]
    public Task What_Orleans_brings_carries_a_shift_as_what_we_bring_does(string option, string kind) =>
        _shift.AssertHoldsAsync([.. Silo, .. _store, option, kind]);

    [Fact]
    [Trait("Requirement", "DC-02")]
    public async Task A_frontend_and_a_silo_carry_a_shift_together_though_the_silo_is_killed()
    {
        using var frontend = Process.Start(
            "dotnet", [BuiltPrograms.Dll("Silo"), .. _shift.Installation, .. _shift.Serving, .. _store, "--role", "frontend"]);
        try
        {
            await _shift.AssertHoldsAsync(chaos: true, [.. Silo, .. _store, "--role", "silo"]);
            Assert.True(Signals.Terminate(frontend), "The frontend ended by itself.");
            await frontend.WaitForExitAsync();
            Assert.Equal(0, frontend.ExitCode);
        }
        finally
        {
            frontend.Kill();
        }
    }

    /// <summary>A silo that was killed takes its place at once when it comes back to its address.</summary>
    private static string[] Silo { get; } = ["--silo-port", $"{FreePorts.Next()}", "--gateway-port", $"{FreePorts.Next()}"];
}
