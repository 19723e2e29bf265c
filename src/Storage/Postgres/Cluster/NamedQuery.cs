namespace Mdm.Fleet.Storage.Postgres.Cluster;

/// <summary>
/// A query that Orleans' ADO.NET providers look up by its key, in the table OrleansQuery. Names of parameters and result columns are theirs;
/// the tables behind it are ours.
/// </summary>
internal sealed record NamedQuery(string Key, string Text)
{
    /// <summary>The table of the queries and its rows. Orleans names the table unquoted, hence in lower case.</summary>
    public static string Script(params ReadOnlySpan<NamedQuery> queries)
    {
        var script = new System.Text.StringBuilder("CREATE TABLE orleansquery (querykey text PRIMARY KEY, querytext text NOT NULL);\n");
        foreach (var query in queries)
            script.Append("INSERT INTO orleansquery VALUES ('").Append(query.Key).Append("', $query$").Append(query.Text).Append("$query$);\n");
        return script.ToString();
    }
}
