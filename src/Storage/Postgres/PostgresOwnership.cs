using System.Data;
using Npgsql;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>
/// The one owner of a database. When the session that holds the lock breaks, writes stop at once; they go on once the lock is regained and the
/// owner row still names this process, so that an outage of the server is survived. Where another process holds the lock or
/// owned the store in between, the ownership is lost for good.
/// </summary>
internal sealed class PostgresOwnership : IAsyncDisposable
{
    /// <summary>"MDMFleet" in ASCII.</summary>
    public const long LockKey = 0x4D444D466C656574;

    private static readonly TimeSpan probeEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan retryEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan lockWaitMax = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan blipMax = TimeSpan.FromMilliseconds(500);

    private readonly StoreOptions options;
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource lost = new();
    private readonly ManualResetEventSlim held = new(true);
    private NpgsqlConnection session;
    private int sessionId;
    private Task watching = Task.CompletedTask;

    private PostgresOwnership(StoreOptions options, PostgresOwner owner, NpgsqlConnection session)
    {
        this.options = options;
        this.session = session;
        sessionId = session.ProcessID;
        Owner = owner;
    }

    public PostgresOwner Owner { get; }

    /// <summary>Waits a moment, so that callers do not notice a session that broke and came back.</summary>
    public bool IsHeld() => held.Wait(blipMax);

    public CancellationToken Lost => lost.Token;

    /// <exception cref="StoreRefusedException"/>
    public static async Task<PostgresOwnership> TakeAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        var owner = PostgresOwner.Of(options);
        var session = await PostgresSession.OpenAsync(options, cancellationToken);
        try
        {
            var storeLock = new PostgresLock(session, owner);
            var deadline = DateTime.UtcNow + (options.StartWait < lockWaitMax ? options.StartWait : lockWaitMax);
            while (await storeLock.TakeAsync(options.Name, cancellationToken) == LockAttempt.HeldByOthers)
            {
                if (DateTime.UtcNow >= deadline)
                    throw new StoreRefusedException($"{options.Name} is in use by {await storeLock.DescribeOwnerAsync(cancellationToken)}.");
                await Task.Delay(retryEvery, cancellationToken);
            }

            var ownership = new PostgresOwnership(options, owner, session);
            ownership.watching = Task.Run(ownership.WatchAsync, CancellationToken.None);
            return ownership;
        }
        catch (Exception e)
        {
            await session.DisposeAsync();
            if (PostgresFailures.IsStoreAtFault(e) || e is PostgresException)
                throw new StoreRefusedException($"{options.Name} can't be opened: {PostgresSession.OneLine(e)}", e);
            throw;
        }
    }

    /// <summary>For good: the process must stop.</summary>
    public void Lose()
    {
        held.Reset();
        ThreadPool.QueueUserWorkItem(static source => source.Cancel(), lost, preferLocal: false);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ReleaseAsync();
        stopping.Dispose();
        held.Dispose();
    }

    /// <summary>Frees the lock before the session: a server ends a session some time after its client did.</summary>
    private async Task ReleaseAsync()
    {
        try
        {
            if (session.State == ConnectionState.Open)
            {
                await using var release = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", session) { CommandTimeout = 2 };
                await release.ExecuteNonQueryAsync();
            }
        }
        catch (Exception e) when (PostgresFailures.IsStoreAtFault(e))
        {
            // The lock ends with the session all the same.
            held.Reset();
        }

        await session.DisposeAsync();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (!lost.IsCancellationRequested)
            {
                await HoldAsync();
                held.Reset();
                await RegainAsync();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            held.Reset();
        }
        catch (Exception)
        {
            // Nobody watches any more: not to be certain is not to own.
            Lose();
            throw;
        }
    }

    private void Hold()
    {
        sessionId = session.ProcessID;
        held.Set();
    }

    /// <summary>Returns when the session is broken. A session that ends says so at once; one behind a dead network fails the probe.</summary>
    private async Task HoldAsync()
    {
        try
        {
            while (true)
            {
                await session.WaitAsync(probeEvery, stopping.Token);
                await using var probe = new NpgsqlCommand("SELECT 1", session) { CommandTimeout = 4 };
                await probe.ExecuteScalarAsync(stopping.Token);
            }
        }
        catch (Exception e) when (PostgresFailures.IsStoreAtFault(e) || e is InvalidOperationException)
        {
            return;
        }
    }

    private async Task RegainAsync()
    {
        await session.DisposeAsync();
        while (true)
        {
            try
            {
                session = await PostgresSession.ConnectAsync(options, PostgresSession.OwnerName, stopping.Token);
                if (await new PostgresLock(session, Owner).RegainAsync(sessionId, stopping.Token) == LockAttempt.Taken)
                    Hold();
                else
                    Lose();
                return;
            }
            catch (Exception e) when (PostgresFailures.IsStoreAtFault(e) || e is PostgresException)
            {
                await session.DisposeAsync();
            }

            await Task.Delay(retryEvery, stopping.Token);
        }
    }
}
