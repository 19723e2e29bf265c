using System.Text;

namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>A row that can't be read; the message says why.</summary>
internal sealed class CsvException(string message) : Exception(message);

/// <summary>The fields of one row of CSV, as RFC 4180 has them and nothing laxer.</summary>
internal static class CsvFields
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What may stand between fields.</summary>
    public static ReadOnlySpan<byte> Separators => ",;\t"u8;

    /// <summary>The separator that a header uses: the first that is not between quotes; a comma where there is none.</summary>
    public static byte SeparatorOf(ReadOnlySpan<byte> header)
    {
        var quoted = false;
        foreach (var c in header)
        {
            if (c == '"')
                quoted = !quoted;
            else if (!quoted && Separators.Contains(c))
                return c;
        }

        return (byte)',';
    }

    /// <summary>Reads a row without its line break.</summary>
    /// <exception cref="CsvException">A quote where none may be, an open one, or bytes that are not UTF-8.</exception>
    public static string[] Read(ReadOnlySpan<byte> row, byte separator)
    {
        var fields = new List<string>();
        while (true)
        {
            var length = row is [(byte)'"', ..] ? Quoted(row, out var field) : Plain(row, separator, out field);
            fields.Add(field);
            if (length == row.Length)
                return [.. fields];
            if (row[length] != separator)
                throw new CsvException($"Something follows the closing quote of value {fields.Count}.");
            row = row[(length + 1)..];
        }
    }

    private static int Plain(ReadOnlySpan<byte> row, byte separator, out string field)
    {
        var at = row.IndexOf(separator);
        var bytes = at < 0 ? row : row[..at];
        if (bytes.IndexOfAny((byte)'"', (byte)'\r', (byte)'\n') >= 0)
            throw new CsvException("A value with a quote or a line break in it stands between quotes, and a quote in it is written twice.");
        field = Text(bytes);
        return bytes.Length;
    }

    private static int Quoted(ReadOnlySpan<byte> row, out string field)
    {
        var doubled = false;
        for (var i = 1; i < row.Length; i++)
        {
            if (row[i] != '"')
                continue;
            if (i + 1 == row.Length || row[i + 1] != '"')
            {
                var text = Text(row[1..i]);
                field = doubled ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
                return i + 1;
            }

            doubled = true;
            i++;
        }

        throw new CsvException("A quote is opened and never closed.");
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new CsvException("This is not UTF-8.");
        }
    }
}
