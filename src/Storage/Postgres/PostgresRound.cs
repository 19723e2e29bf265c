using Npgsql;
using NpgsqlTypes;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>Statements that go to the server in one round trip. Without BEGIN and COMMIT among them they are one transaction all the same.</summary>
internal sealed class PostgresRound(NpgsqlConnection connection) : IDisposable
{
    private readonly NpgsqlBatch batch = new(connection);

    public PostgresRound Add(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
        return this;
    }

    public NpgsqlDataReader Read() => batch.ExecuteReader();

    public void Run() => batch.ExecuteNonQuery();

    public void Dispose() => batch.Dispose();

    public static NpgsqlParameter Texts(string[] values) => Array(values, NpgsqlDbType.Text);

    public static NpgsqlParameter Numbers(long[] values) => Array(values, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Blobs(ReadOnlyMemory<byte>[] values) => Array(values, NpgsqlDbType.Bytea);

    public static NpgsqlParameter Text(string value) => new NpgsqlParameter<string> { TypedValue = value };

    public static NpgsqlParameter Number(long value) => new NpgsqlParameter<long> { TypedValue = value };

    private static NpgsqlParameter<T[]> Array<T>(T[] values, NpgsqlDbType type) => new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}
