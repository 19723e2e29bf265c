using System.Diagnostics;
using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.LoadSim.Chaos;

/// <summary>The server as a child process: started by its command line, killed without mercy, started again, ended politely.</summary>
public sealed class SupervisedServer : IAsyncDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);
    private readonly IReadOnlyList<string> _command;
    private readonly TextWriter _log;
    private readonly Progress _progress;
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Process? _process;

    public SupervisedServer(IReadOnlyList<string> command, TextWriter log, Progress progress)
    {
        ArgumentOutOfRangeException.ThrowIfZero(command.Count);
        (_command, _log, _progress) = (command, TextWriter.Synchronized(log), progress);
    }

    /// <summary>Completes with one line when the server ends without having been asked to.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Starts the process; whether it listens yet is another matter.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The command cannot be started.</exception>
    public void Start()
    {
        var process = new Process { StartInfo = new ProcessStartInfo(_command[0], _command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true } };
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => NoteExit(process);
        _process = process;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _progress.Say($"server started, process {process.Id}");
    }

    /// <summary>SIGKILL, then a new start with the same command line; one such at a time.</summary>
    public async Task KillAndRestartAsync(string phase, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var process = _process ?? throw new InvalidOperationException("The server was not started.");
            _process = null;
            process.Kill(entireProcessTree: true);
            _progress.Say($"KILLED the server (SIGKILL, process {process.Id}): {phase}");
            await process.WaitForExitAsync(cancellationToken);
            process.Dispose();
            Start();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>SIGTERM, and SIGKILL when that does not end it in time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        if (Signals.Terminate(process))
            await process.WaitForExitAsync().WaitAsync(EndLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
        _turn.Dispose();
        await _log.FlushAsync();
    }

    private void Log(string? line)
    {
        if (line is not null)
            _log.WriteLine(line);
    }

    private void NoteExit(Process process)
    {
        if (ReferenceEquals(_process, process))
            _ended.TrySetResult($"the server ended by itself, exit code {process.ExitCode}");
    }
}
