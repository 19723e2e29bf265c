namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>Finds where a row of CSV ends, byte by byte, over as many pieces as it comes in: a line feed that is not between quotes.</summary>
internal struct CsvScan(byte? separator)
{
    private State _state = State.FieldBegins;

    private enum State
    {
        FieldBegins,
        Plain,
        Quoted,

        /// <summary>After a quote between quotes: the end of the field, or the first of two that stand for one.</summary>
        QuoteSeen,
    }

    /// <summary>Whether a quote is open.</summary>
    public readonly bool IsQuoted => _state == State.Quoted;

    /// <summary>The index of the line feed that ends the row; -1 = it goes on. After an end it begins with the next row.</summary>
    public int End(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var c = bytes[i];
            if (_state == State.Quoted)
            {
                _state = c == '"' ? State.QuoteSeen : State.Quoted;
                continue;
            }

            if (c == '\n')
            {
                _state = State.FieldBegins;
                return i;
            }

            _state = c switch
            {
                (byte)'"' when _state is State.FieldBegins or State.QuoteSeen => State.Quoted,
                _ when Separates(c) => State.FieldBegins,
                _ => State.Plain,
            };
        }

        return -1;
    }

    /// <summary>Before the header tells which, any of the three separates.</summary>
    private readonly bool Separates(byte c) => separator is { } one ? c == one : CsvFields.Separators.Contains(c);
}
