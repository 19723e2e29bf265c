using Mdm.Fleet.Fleet.Tests.Shifts;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Starts.Orleans;

/// <summary>A frontend whose silos don't come, as a real process.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FrontendStartTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-start-");
    private PostgresCluster _postgres = null!;

    public async Task InitializeAsync() => _postgres = await PostgresCluster.StartNewAsync();

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    [Trait("Requirement", "DC-02")]
    public async Task A_frontend_that_finds_no_silo_ends_without_success()
    {
        var (code, output, errors) = await BuiltPrograms.RunAsync(
            "Silo", "--data", _folder.FullName, "--https", "0", "--store", "postgres:" + await _postgres.NewDatabaseAsync(), "--role", "frontend");

        Assert.Equal(1, code);
        Assert.Contains("no silo of cluster fleet was found in 30 attempts", errors.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("listens", output, StringComparison.Ordinal);
    }
}
