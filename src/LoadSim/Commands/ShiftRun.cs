using Mdm.Fleet.LoadSim.Admin;
using Mdm.Fleet.LoadSim.Apns;
using Mdm.Fleet.LoadSim.Chaos;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.LoadSim.Reports;
using Mdm.Fleet.LoadSim.Shifts;

namespace Mdm.Fleet.LoadSim.Commands;

/// <summary>Runs <c>LoadSim shift</c>: the push service first, then the server if it is ours, then the scenario.</summary>
public sealed class ShiftRun(ShiftSettings settings, TimeProvider time)
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private readonly Progress _progress = new(Console.Error, time);

    /// <summary>0 when all holds, 1 when it does not, 2 when the shift could not be played.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PlayAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _progress.Say("told to end");
            return settings.Shift.Forever ? 0 : 2;
        }
        catch (Exception failed) when (failed is AdminApiException or TimeoutException or IOException or HttpRequestException or ServerEndedException
            or System.ComponentModel.Win32Exception)
        {
            await Console.Error.WriteLineAsync($"LoadSim: {failed.Message}");
            return 2;
        }
    }

    private async Task<int> PlayAsync(CancellationToken cancellationToken)
    {
        await using var apns = await SimulatedApns.StartAsync(settings.Apns, time, cancellationToken);
        var caFile = await WriteCaAsync(apns, cancellationToken);
        using var caOfOurs = settings.ApnsCaOut is null ? new TemporaryFile(caFile) : null;
        _progress.Say($"push service at {apns.PushUrl}, its CA in {caFile}");
        await using var log = OpenLog();
        await using var server = Supervise(apns, caFile, log);
        server?.Start();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var playing = PlayAsync(apns, server, over.Token);
        if (server is null || await Task.WhenAny(playing, server.Ended) == playing)
            return await playing;
        await over.CancelAsync();
        await ((Task)playing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw new ServerEndedException(await server.Ended);
    }

    private async Task<int> PlayAsync(SimulatedApns apns, SupervisedServer? server, CancellationToken cancellationToken)
    {
        var probe = new ServerProbe(time, StartPatience);
        var roots = await RootsAsync(probe, cancellationToken);
        await probe.ReadyAsync(settings.Shift.Url, roots, cancellationToken);
        var token = settings.AdminToken ?? await TokenAsync(probe, cancellationToken);
        using var admin = new AdminApi(settings.Shift.Url, token, roots, time, StartPatience, settings.Shift.Seed);
        var chaos = settings.Chaos ? new ChaosMischief(server!, settings.Shift.Devices, settings.Shift.Seed, _progress, time) : null;
        IMischief mischief = chaos is null ? new NoMischief() : chaos;
        var report = await new ShiftScenario(settings.Shift, admin, apns, roots, mischief, _progress, time).RunAsync(cancellationToken);
        return await PrintAsync(report with { Chaos = chaos?.Report }, chaos is null or { Complete: true });
    }

    private async Task<int> PrintAsync(ShiftReport report, bool complete)
    {
        if (!complete)
            _progress.Say("FAILED: the server was not killed at every kind of moment");
        if (settings.JsonFile is { } file)
            await File.WriteAllTextAsync(file, report.ToJson() + "\n");
        if (settings.Shift.Timeline is { } timeline)
            await File.WriteAllTextAsync(settings.TimelineFile!, timeline.ToJsonLines());
        _progress.Say(report.ToWords());
        await Console.Out.WriteLineAsync(report.ToLine());
        return report.Holds(settings.Shift.Turns) && complete ? 0 : 1;
    }

    private async Task<TrustedRoots> RootsAsync(ServerProbe probe, CancellationToken cancellationToken)
    {
        if (settings.CaFile is { } file)
        {
            await probe.FileAsync(file, cancellationToken);
            return TrustedRoots.FromFile(file);
        }

        if (settings.Shift.Url.Scheme == Uri.UriSchemeHttp)
            return new TrustedRoots();
        if (!settings.Shift.Url.IsLoopback)
            throw new IOException("--ca is needed for a server on another machine.");
        return new TrustedRoots(await probe.FirstUseRootAsync(settings.Shift.Url, cancellationToken));
    }

    private async Task<string> TokenAsync(ServerProbe probe, CancellationToken cancellationToken)
    {
        await probe.FileAsync(settings.AdminTokenFile!, cancellationToken);
        return (await File.ReadAllTextAsync(settings.AdminTokenFile!, cancellationToken)).Trim();
    }

    private async Task<string> WriteCaAsync(SimulatedApns apns, CancellationToken cancellationToken)
    {
        var file = settings.ApnsCaOut ?? Path.Combine(Path.GetTempPath(), $"loadsim-apns-{Environment.ProcessId}.pem");
        await File.WriteAllTextAsync(file, apns.Authority.RootPem, cancellationToken);
        return file;
    }

    private TextWriter OpenLog() => settings.ServerLog is { } file ? new StreamWriter(file, append: true) { AutoFlush = true } : Console.Error;

    private SupervisedServer? Supervise(SimulatedApns apns, string caFile, TextWriter log) => settings.ServerCommand.Count == 0
        ? null
        : new SupervisedServer(
            [.. settings.ServerCommand.Select(word => word.Replace("{apns-url}", apns.PushUrl.ToString()).Replace("{apns-ca}", caFile))],
            log, _progress);
}

/// <summary>A file that goes with whoever made it.</summary>
internal sealed class TemporaryFile(string path) : IDisposable
{
    public void Dispose() => File.Delete(path);
}

/// <summary>The supervised server ended without having been asked to.</summary>
public sealed class ServerEndedException(string message) : Exception(message);
