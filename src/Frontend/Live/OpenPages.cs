using System.Collections.Concurrent;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>
/// Pages by the token they came in with, as a socket outlives the request that was let in: those of a token that is revoked here are cut
/// off at once, those of one that ended, or was revoked by another process, within half a minute.
/// </summary>
public sealed partial class OpenPages(ApiTokens tokens, TimeProvider time, ILogger<OpenPages> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (string Token, HubCallerContext Page)> _pages = new(StringComparer.Ordinal);

    public void Enter(HubCallerContext page, string token) => _pages[page.ConnectionId] = (token, page);

    public void Leave(string connection) => _pages.TryRemove(connection, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        tokens.Forgotten += CutOff;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await AskAsync();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Stopped(log);
        }
        finally
        {
            tokens.Forgotten -= CutOff;
        }
    }

    private async Task AskAsync()
    {
        try
        {
            foreach (var token in _pages.Values.Select(page => page.Token).Distinct())
            {
                if (await tokens.FindAsync(token) is null)
                    CutOff(token);
            }
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OrleansException or TimeoutException)
        {
            NotAsked(log, failure);
        }
    }

    private void CutOff(string token)
    {
        foreach (var (_, page) in _pages.Values.Where(page => page.Token == token))
            page.Abort();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether the tokens of open pages are still valid could not be read; it is tried again")]
    private static partial void NotAsked(ILogger log, Exception failure);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pages are followed no more")]
    private static partial void Stopped(ILogger log);
}
