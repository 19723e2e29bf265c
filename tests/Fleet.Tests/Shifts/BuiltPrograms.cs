using System.Diagnostics;

namespace Mdm.Fleet.Fleet.Tests.Shifts;

/// <summary>The repository's own programs, as they were built with these tests, run as processes of their own.</summary>
internal static class BuiltPrograms
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    /// <summary>The assembly of an executable project in this build's configuration, for this build's grain host.</summary>
    public static string Dll(string project)
    {
        var output = Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "Fleet.Tests"), AppContext.BaseDirectory);
        return Path.Combine(Repository.Root, "src", project, output, $"Mdm.Fleet.{project}.dll");
    }

    /// <summary>Runs one to its end; a program that does not end is killed and fails the test.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string project, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Dll(project), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var patience = new CancellationTokenSource(Patience);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
