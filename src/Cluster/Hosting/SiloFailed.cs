using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Hosting;

/// <summary>
/// Ends the process of a silo that can't go on, as one that was declared dead, at once: with one line and exit code 1, like every end without success.
/// Orleans itself aborts, and a core dump would hold the keys.
/// </summary>
internal sealed class SiloFailed : IFatalErrorHandler
{
    private const int ExitCode = 1;

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        Console.Error.WriteLine($"Mdm.Fleet ends: {(context ?? exception?.Message ?? "the silo has failed").ReplaceLineEndings(" ")}");
        Environment.Exit(ExitCode);
    }
}
