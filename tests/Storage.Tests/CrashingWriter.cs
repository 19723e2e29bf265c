using System.Diagnostics;
using System.Globalization;

namespace Mdm.Fleet.Storage.Tests;

/// <summary>A process that writes to a store until SIGKILL ends it.</summary>
internal sealed class CrashingWriter : IDisposable
{
    private readonly Process process;
    private readonly Dictionary<string, long> acknowledged = [];

    private CrashingWriter(Process process) => this.process = process;

    public static CrashingWriter Start(StoreOptions options)
    {
        var store = options.Engine == StoreEngine.Sqlite ? $"sqlite:{options.Target}" : $"postgres:{options.Target}";
        var program = Path.Combine(AppContext.BaseDirectory, "Mdm.Fleet.Storage.Crash.dll");
        return new(Process.Start(new ProcessStartInfo("dotnet", [program, store]) { RedirectStandardOutput = true })!);
    }

    public async Task ReadAcknowledgedAsync(int lines)
    {
        for (var n = 0; n < lines; n++)
            Add(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The writer ended early."));
    }

    /// <summary>The last acknowledged etag of each key.</summary>
    public async Task<IReadOnlyDictionary<string, long>> KillAsync()
    {
        process.Kill();
        // The last line may be cut off: its write was acknowledged to nobody.
        var rest = await process.StandardOutput.ReadToEndAsync();
        foreach (var line in rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Add(line);
        await process.WaitForExitAsync();
        return acknowledged;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    private void Add(string line)
    {
        var parts = line.Split(' ');
        acknowledged[parts[0]] = long.Parse(parts[1], CultureInfo.InvariantCulture);
    }
}
