using System.Data;
using System.Data.Common;
using Npgsql;

namespace Mdm.Fleet.Storage.Tests.Cluster;

/// <summary>
/// Runs the named queries as Orleans' ADO.NET providers do: the text from the table, a connection a call, parameters by name without "@" and with the
/// <see cref="DbType"/> that belongs to the value's type, results by column name through <see cref="IDataRecord"/>.
/// </summary>
public sealed class NamedQueries : IAsyncDisposable
{
    private static readonly Dictionary<Type, DbType> types = new()
    {
        [typeof(int)] = DbType.Int32,
        [typeof(long)] = DbType.Int64,
        [typeof(string)] = DbType.String,
        [typeof(DateTime)] = DbType.DateTime,
        [typeof(byte[])] = DbType.Binary,
    };

    private readonly DbDataSource source;
    private readonly Dictionary<string, string> texts;

    private NamedQueries(DbDataSource source, Dictionary<string, string> texts)
    {
        this.source = source;
        this.texts = texts;
    }

    public IReadOnlyCollection<string> Keys => texts.Keys;

    public static async Task<NamedQueries> LoadAsync(StoreOptions store)
    {
        var source = NpgsqlDataSource.Create(store.Target);
        await using var command = source.CreateCommand("SELECT QueryKey, QueryText FROM OrleansQuery");
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new Dictionary<string, string>();
        while (await reader.ReadAsync())
            texts.Add((string)reader.GetValue(reader.GetOrdinal("QueryKey")), (string)reader.GetValue(reader.GetOrdinal("QueryText")));
        return new NamedQueries(source, texts);
    }

    public async Task<List<T>> ReadAsync<T>(string key, IEnumerable<Parameter> parameters, Func<IDataRecord, T> row)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        foreach (var (name, type, value) in parameters)
            Add(command, name, type, value);
        command.CommandText = texts[key];
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(row(reader));
        return rows;
    }

    public Task RunAsync(string key, params Parameter[] parameters) => ReadAsync(key, parameters, static _ => 0);

    /// <summary>The one value of the one row.</summary>
    public async Task<bool> AskAsync(string key, params Parameter[] parameters) => Assert.Single(await ReadAsync(key, parameters, row =>
    {
        Assert.Equal(1, row.FieldCount);
        return Convert.ToBoolean(row.GetValue(0), null);
    }));

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static void Add(IDbCommand command, string name, Type type, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        parameter.DbType = types[type];
        parameter.Direction = ParameterDirection.Input;
        command.Parameters.Add(parameter);
    }

    /// <summary>Null values keep their type.</summary>
    public sealed record Parameter(string Name, Type Type, object? Value)
    {
        public static Parameter Of<T>(string name, T? value) => new(name, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), value);
    }
}

/// <summary>A store's named queries, loaded anew for each test.</summary>
[Collection(PostgresCollection.Name)]
public abstract class NamedQueryTest(PostgresTestEngine engine) : StoreTest(engine), IAsyncLifetime
{
    protected NamedQueries Queries { get; private set; } = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        Queries = await NamedQueries.LoadAsync(Options);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await Queries.DisposeAsync();
        await DisposeAsync();
    }
}
