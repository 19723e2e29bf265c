namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>
/// A row of a file. Number: as a spreadsheet counts them, the header is row 1. Fault: why it can't be read; then it has no fields.
/// </summary>
public sealed record CsvRow(int Number, string[] Fields, string? Fault = null);

/// <summary>
/// Reads CSV (RFC 4180: quotes, line breaks between quotes, CRLF or LF, a byte order mark) row by row from a stream, strictly UTF-8, and
/// holds one row at a time. The first row tells the separator: a comma, a semicolon or a tab.
/// </summary>
public sealed class CsvReader(Stream input)
{
    /// <summary>A row, its line break with it.</summary>
    public const int RowBytesMax = 64 * 1024;

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    private readonly byte[] _buffer = new byte[RowBytesMax];
    private byte? _separator;
    private CsvScan _scan = new(null);
    private int _start;
    private int _scanned;
    private int _end;
    private bool _ended;
    private int _rows;

    /// <summary>The next row that is not empty; null = the end.</summary>
    public async ValueTask<CsvRow?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (row, isTooLong) = await TakeAsync(cancellationToken);
            if (row is not { } range)
                return null;
            _rows++;
            if (isTooLong)
                return new CsvRow(_rows, [], $"A row has at most {RowBytesMax} bytes; a quote that is never closed makes one of all that follows.");
            if (range.Length > 0)
                return Read(_buffer.AsSpan(range.Start, range.Length));
        }
    }

    private CsvRow Read(ReadOnlySpan<byte> row)
    {
        if (_separator is null)
        {
            _separator = CsvFields.SeparatorOf(row);
            _scan = new CsvScan(_separator);
        }

        try
        {
            return new CsvRow(_rows, CsvFields.Read(row, _separator.Value));
        }
        catch (CsvException wrong)
        {
            return new CsvRow(_rows, [], wrong.Message);
        }
    }

    /// <summary>The place of the next row without its line break, which stays until the next call. Of one that is too long the end is sought and all of it dropped.</summary>
    private async ValueTask<((int Start, int Length)? Row, bool IsTooLong)> TakeAsync(CancellationToken cancellationToken)
    {
        var isTooLong = false;
        while (true)
        {
            var at = _scan.End(_buffer.AsSpan(_scanned, _end - _scanned));
            if (at >= 0)
                return (Row(_scanned + at, _scanned + at + 1), isTooLong);
            _scanned = _end;
            if (_ended)
                return (_start == _end && !isTooLong ? null : Row(_end, _end), isTooLong);
            if (_start > 0 || isTooLong)
                Compact(isTooLong);
            if (_end == _buffer.Length)
                (isTooLong, _start, _scanned, _end) = (true, 0, 0, 0);
            var read = await input.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _ended = read == 0;
            _end += read;
            SkipMark();
        }
    }

    private void Compact(bool drops)
    {
        var kept = drops ? 0 : _end - _start;
        _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        (_start, _scanned, _end) = (0, kept, kept);
    }

    private (int Start, int Length) Row(int end, int next)
    {
        var start = _start;
        (_start, _scanned) = (next, next);
        if (end > start && _buffer[end - 1] == '\r')
            end--;
        return (start, end - start);
    }

    /// <summary>A byte order mark stands before the header alone. Reads may bring it in pieces.</summary>
    private void SkipMark()
    {
        if (_rows == 0 && _start == 0 && _scanned < Mark.Length && _end >= Mark.Length && _buffer.AsSpan().StartsWith(Mark))
            (_start, _scanned, _scan) = (Mark.Length, Mark.Length, new CsvScan(null));
    }
}
