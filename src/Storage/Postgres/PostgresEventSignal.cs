using System.Threading.Channels;
using Npgsql;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>
/// Tells the other processes of a cluster that events were committed, and hears it from them. It is sent after the commit and apart from it: a
/// NOTIFY within would make all commits of the server wait for one another. What commits meanwhile is told with it. Whoever was not connected for
/// a while assumes that something was missed.
/// </summary>
internal sealed class PostgresEventSignal : IAsyncDisposable
{
    private const string ChannelName = "mdm_fleet_events";

    private static readonly TimeSpan retryEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan probeEvery = TimeSpan.FromSeconds(10);

    private readonly string sender = Guid.NewGuid().ToString("n");
    private readonly Channel<bool> unsent = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource stopping = new();
    private readonly StoreOptions options;
    private readonly PostgresReaders connections;
    private readonly Action heard;
    private readonly Task sending;
    private readonly Task listening;

    public PostgresEventSignal(StoreOptions options, PostgresReaders connections, Action heard)
    {
        this.options = options;
        this.connections = connections;
        this.heard = heard;
        sending = Task.Run(SendAsync);
        listening = Task.Run(ListenAsync);
    }

    public void Send() => unsent.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        // The committer's last word may still be on its way here.
        Send();
        unsent.Writer.Complete();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stopping.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task SendAsync()
    {
        await foreach (var _ in unsent.Reader.ReadAllAsync(stopping.Token))
        {
            try
            {
                // Nothing is kept on disk of it: the commit need not wait.
                await connections.ReadAsync(
                    "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)",
                    [PostgresRound.Text(ChannelName), PostgresRound.Text(sender)],
                    static _ => 0,
                    stopping.Token);
            }
            catch (StoreUnavailableException)
            {
                Send();
                await Task.Delay(retryEvery, stopping.Token);
            }
        }
    }

    private async Task ListenAsync()
    {
        while (true)
        {
            try
            {
                await HearAsync();
            }
            catch (Exception e) when (PostgresFailures.IsStoreAtFault(e) || e is PostgresException or InvalidOperationException)
            {
                await Task.Delay(retryEvery, stopping.Token);
            }
        }
    }

    private async Task HearAsync()
    {
        await using var connection = await PostgresSession.ConnectAsync(options, "mdm-fleet listener", stopping.Token);
        connection.Notification += (_, message) =>
        {
            if (message.Payload != sender)
                heard();
        };
        await RunAsync(connection, $"LISTEN {ChannelName}");
        heard();
        while (true)
        {
            // A connection behind a dead network says nothing: the probe fails.
            if (!await connection.WaitAsync(probeEvery, stopping.Token))
                await RunAsync(connection, "SELECT 1");
        }
    }

    private async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 4 };
        await command.ExecuteNonQueryAsync(stopping.Token);
    }
}
