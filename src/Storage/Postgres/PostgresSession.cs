using Npgsql;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>Opens sessions that live long and outside any pool: the one that holds the store's lock, the one that listens.</summary>
internal static class PostgresSession
{
    public const string OwnerName = "mdm-fleet owner";

    private static readonly TimeSpan retryEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Tries until the options' time is over.</summary>
    /// <exception cref="StoreRefusedException">Unreachable, or reached and turned away.</exception>
    public static async Task<NpgsqlConnection> OpenAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        var deadline = DateTime.UtcNow + options.StartWait;
        while (true)
        {
            try
            {
                return await ConnectAsync(options, OwnerName, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState[..2] is "28" or "3D")
            {
                throw new StoreRefusedException($"{options.Name} can't be opened: {OneLine(e)}", e);
            }
            catch (Exception e) when (PostgresFailures.IsStoreAtFault(e))
            {
                if (DateTime.UtcNow >= deadline)
                    throw new StoreRefusedException($"{options.Name} can't be reached: {OneLine(e)}", e);
            }

            await Task.Delay(retryEvery, cancellationToken);
        }
    }

    /// <summary>One try.</summary>
    public static async Task<NpgsqlConnection> ConnectAsync(StoreOptions options, string name, CancellationToken cancellationToken)
    {
        var address = new NpgsqlConnectionStringBuilder(options.Target) { Pooling = false, ApplicationName = name, Timeout = 4, CommandTimeout = 10 };
        var session = new NpgsqlConnection(address.ConnectionString);
        try
        {
            await session.OpenAsync(cancellationToken);
            return session;
        }
        catch (Exception)
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public static string OneLine(Exception e) => (e is PostgresException p ? p.MessageText : e.Message).ReplaceLineEndings(" ");
}
