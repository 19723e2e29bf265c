using System.Diagnostics;

namespace Mdm.Fleet.Fleet.Tests.Starts;

/// <summary>The README's first command, as far as it goes without building: what it says of itself and of bad options.</summary>
public sealed class RunScriptTests
{
    [Fact]
    public async Task It_says_what_it_can_do()
    {
        var (exitCode, output, errors) = await RunAsync("--help");
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("--demo N --exit", output, StringComparison.Ordinal);
        Assert.Contains("--store STORE", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown option --nonsense", "--nonsense")]
    [InlineData("--demo wants a value", "--demo")]
    [InlineData("--demo wants a number of devices, not 'many'", "--demo", "many")]
    [InlineData("--port wants a port, not '99999'", "--port", "99999")]
    [InlineData("--exit and --chaos go with --demo", "--exit")]
    public async Task A_bad_option_is_refused_with_one_line(string reason, params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(arguments);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(reason, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "run"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
