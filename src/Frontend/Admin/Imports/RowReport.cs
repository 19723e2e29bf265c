using System.Buffers;
using System.Text.Json;
using Mdm.Fleet.Frontend.Admin.Http;

namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>What became of a row; in a dry run, what would.</summary>
public enum RowResult
{
    Created,
    Updated,
    Unchanged,
    Failed,
}

/// <summary>What is wrong with a field of a row; "row" for what is no one field's.</summary>
public sealed record RowError(string Field, string Message);

/// <summary>What the report says of a row. Row: as a spreadsheet counts, the header is row 1. Names: what the row calls its person or device.</summary>
internal sealed record RowReport(int Row, RowResult Result, IReadOnlyList<(string Name, string Value)> Names)
{
    public IReadOnlyList<RowError> Errors { get; init; } = [];

    /// <summary>The device has not enrolled yet: what the row says is kept for it.</summary>
    public bool IsExpected { get; init; }

    public static RowReport Failed(int row, IReadOnlyList<(string Name, string Value)> names, string field, string message) =>
        new(row, RowResult.Failed, names) { Errors = [new RowError(field, message)] };

    /// <summary>As a line of JSON.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("row", Row);
            foreach (var (name, value) in Names)
                json.WriteString(name, value);
            json.WriteString("result", Words.Camel(Result));
            if (IsExpected)
                json.WriteBoolean("expected", true);
            if (Errors.Count > 0)
                WriteErrors(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private void WriteErrors(Utf8JsonWriter json)
    {
        json.WriteStartArray("errors");
        foreach (var (field, message) in Errors)
        {
            json.WriteStartObject();
            json.WriteString("field", field);
            json.WriteString("message", message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>How many rows came to what: the report's last line.</summary>
internal sealed class RowCounts
{
    private readonly int[] _counts = new int[Enum.GetValues<RowResult>().Length];

    public void Add(RowResult result) => _counts[(int)result]++;

    /// <summary>As a line of JSON.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("summary");
            json.WriteNumber("rows", _counts.Sum());
            foreach (var result in Enum.GetValues<RowResult>())
                json.WriteNumber(Words.Camel(result), _counts[(int)result]);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
