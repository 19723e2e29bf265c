using Npgsql;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>A connection string or URI of PostgreSQL.</summary>
internal static class PostgresAddress
{
    /// <summary>An Npgsql connection string of "Host=…" or of "//user:password@host:port/database?option=value".</summary>
    /// <exception cref="StoreRefusedException"/>
    public static string Parse(string text)
    {
        try
        {
            var schemeEnd = text.StartsWith("postgres", StringComparison.Ordinal) ? text.IndexOf("//", StringComparison.Ordinal) : 0;
            var builder = schemeEnd >= 0 && text[schemeEnd..].StartsWith("//", StringComparison.Ordinal)
                ? FromUri(new Uri("postgres:" + text[schemeEnd..]))
                : new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(builder.Host))
                throw new StoreRefusedException("The PostgreSQL connection names no host.");
            return builder.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            // The message of the cause could repeat the password.
            throw new StoreRefusedException("The PostgreSQL connection is neither a connection string nor a URI.");
        }
    }

    public static string Name(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return $"PostgreSQL database {builder.Database ?? builder.Username} at {builder.Host}:{builder.Port}";
    }

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        var builder = new NpgsqlConnectionStringBuilder { Host = uri.Host, Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')) };
        if (uri.Port > 0)
            builder.Port = uri.Port;
        if (uri.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest])
        {
            builder.Username = Uri.UnescapeDataString(user);
            builder.Password = rest is [var password] ? Uri.UnescapeDataString(password) : null;
        }

        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            if (option.Split('=', 2) is [var name, var value])
                builder[Uri.UnescapeDataString(name) == "sslmode" ? "SSL Mode" : Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value);
        return builder;
    }
}
