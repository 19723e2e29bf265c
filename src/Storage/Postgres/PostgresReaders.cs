using System.Collections.Immutable;
using Npgsql;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>A bounded pool of connections for reads.</summary>
internal sealed class PostgresReaders(StoreOptions options) : IAsyncDisposable
{
    private volatile bool closed;

    public NpgsqlDataSource Source { get; } = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(options.Target)
    {
        ApplicationName = "mdm-fleet reader",
        MaxPoolSize = 16,
        MaxAutoPrepare = 32,
        AutoPrepareMinUsages = 2,
        Timeout = 4,
        CommandTimeout = 10,
    });

    /// <exception cref="StoreUnavailableException"/>
    public async Task<ImmutableArray<T>> ReadAsync<T>(
        string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        try
        {
            return await OnceAsync(sql, parameters, row, cancellationToken);
        }
        catch (Exception e) when (PostgresFailures.IsConnectionBroken(e) && !closed)
        {
            // The pool's connections may all be from before a restart of the server: a new one tells.
            Source.Clear();
        }
        catch (Exception e) when (PostgresFailures.IsStoreAtFault(e))
        {
            throw Unavailable(e);
        }

        try
        {
            return await OnceAsync(sql, [.. parameters.Select(static p => p.Clone())], row, cancellationToken);
        }
        catch (Exception e) when (PostgresFailures.IsStoreAtFault(e))
        {
            throw Unavailable(e);
        }
    }

    public ValueTask DisposeAsync()
    {
        closed = true;
        return Source.DisposeAsync();
    }

    private async Task<ImmutableArray<T>> OnceAsync<T>(
        string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        await using var command = Source.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(row(reader));
        return rows.ToImmutable();
    }

    private StoreUnavailableException Unavailable(Exception e) =>
        new(closed ? "The store is closed." : $"{options.Name} can't be read: {e.Message}", e);
}
