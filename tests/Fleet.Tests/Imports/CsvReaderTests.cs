using System.Text;
using Mdm.Fleet.Frontend.Admin.Imports;

namespace Mdm.Fleet.Fleet.Tests.Imports;

/// <summary>RFC 4180 and nothing laxer, in whatever pieces it comes.</summary>
[Trait("Requirement", "UG-01")]
public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\r\n1,2\r\n", "1|2")]
    [InlineData("a,b\n1,2", "1|2")]
    [InlineData("\uFEFFa,b\n1,2\n", "1|2")]
    [InlineData("\uFEFF\"a\",b\n1,2\n", "1|2")]
    [InlineData("a;b\n1,5;2\n", "1,5|2")]
    [InlineData("a\tb\n1,5\t2;3\n", "1,5|2;3")]
    [InlineData("\"a,x\";b\n1;2\n", "1|2")]
    [InlineData("a,b\n\"x\r\ny\",\"say \"\"hi\"\"\"\n", "x\r\ny|say \"hi\"")]
    [InlineData("a,b\n,\n", "|")]
    [InlineData("a,b\n\n\r\n1,2\n\n", "1|2")]
    [InlineData("a,b\n\"\",\" x \"\n", "| x ")]
    public async Task A_row_is_read_whatever_its_quotes_breaks_and_separators(string file, string fields)
    {
        foreach (var pieces in new[] { 1, 2, 3, 7, 4096 })
        {
            var rows = await ReadAsync(Encoding.UTF8.GetBytes(file), pieces);
            Assert.Equal(2, rows.Count);
            Assert.All(rows, row => Assert.Null(row.Fault));
            Assert.Equal(fields, string.Join('|', rows[1].Fields));
        }
    }

    [Theory]
    [InlineData("say \"hi\",2", "quote")]
    [InlineData("\"x\"y,2", "closing quote")]
    [InlineData("a\rb,2", "line break")]
    public async Task A_row_with_a_fault_says_it_and_the_next_one_is_read(string row, string said)
    {
        var rows = await ReadAsync(Encoding.UTF8.GetBytes($"a,b\n{row}\n3,4\n"), 5);
        Assert.Contains(said, rows[1].Fault, StringComparison.Ordinal);
        Assert.Equal((3, "3|4"), (rows[2].Number, string.Join('|', rows[2].Fields)));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_one_rows_fault()
    {
        var rows = await ReadAsync([.. "a,b\nM"u8, 0xFC, .. "ller,2\n3,4\n"u8], 4096);
        Assert.Equal("This is not UTF-8.", rows[1].Fault);
        Assert.Equal("3|4", string.Join('|', rows[2].Fields));
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_makes_one_bad_row_of_all_that_follows()
    {
        var rows = await ReadAsync("a,b\n\"x,2\n3,4\n"u8.ToArray(), 4096);
        Assert.Contains("never closed", Assert.Single(rows.Skip(1)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_is_too_long_is_dropped_and_the_next_one_is_read()
    {
        var fits = new string('x', CsvReader.RowBytesMax - 2);
        var file = $"a,b\n{fits},\n{fits}x,\n{new string('y', 3 * CsvReader.RowBytesMax)},2\n\"{string.Concat(Enumerable.Repeat("z\n", CsvReader.RowBytesMax))}\",2\n3,4\n";
        var rows = await ReadAsync(Encoding.UTF8.GetBytes(file), 10_000);
        Assert.Equal([false, false, true, true, true, false], rows.Select(row => row.Fault is not null));
        Assert.Equal(fits, rows[1].Fields[0]);
        Assert.Equal((6, "3|4"), (rows[5].Number, string.Join('|', rows[5].Fields)));
    }

    [Fact]
    public async Task Whatever_is_written_as_the_RFC_says_is_read_again()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var chance = new Random(seed);
            var separator = ",;\t"[chance.Next(3)];
            var columns = chance.Next(2, 6);
            var rows = Enumerable.Range(0, chance.Next(1, 12)).Select(_ => Enumerable.Range(0, columns).Select(_ => Value(chance)).ToArray()).ToList();
            List<string[]> all = [[.. Enumerable.Range(0, columns).Select(column => $"c{column}")], .. rows];
            var lineEnd = chance.Next(2) == 0 ? "\r\n" : "\n";
            var file = string.Join(lineEnd, all.Select(row => string.Join(separator, row.Select(value => Written(value, separator, chance))))) + (chance.Next(2) == 0 ? lineEnd : "");
            var read = await ReadAsync(Encoding.UTF8.GetBytes(file), chance.Next(1, 20));
            Assert.True(read.All(row => row.Fault is null) && read.Select(row => string.Join('\u001f', row.Fields)).SequenceEqual(all.Select(row => string.Join('\u001f', row))), $"Seed {seed}.");
        }
    }

    [Fact]
    public async Task Whatever_bytes_come_reading_ends_and_every_row_is_read_or_says_why_not()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var chance = new Random(seed);
            var bytes = Enumerable.Range(0, chance.Next(400)).Select(_ => "\",;\t\r\nab"u8.ToArray().Append((byte)0xE9).ToArray()[chance.Next(9)]).ToArray();
            var rows = await ReadAsync(bytes, chance.Next(1, 20));
            Assert.All(rows, row => Assert.True(row.Fault is null ? row.Fields.Length > 0 : row.Fields.Length == 0, $"Seed {seed}."));
            Assert.Equal(rows.Select(row => row.Number).Order().Distinct(), rows.Select(row => row.Number));
            Assert.Equal(rows.Select(row => string.Join('\u001f', row.Fields)), (await ReadAsync(bytes, 4096)).Select(row => string.Join('\u001f', row.Fields)));
        }
    }

    private static string Value(Random chance) =>
        string.Concat(Enumerable.Range(0, chance.Next(8)).Select(_ => new[] { "a", "é", "\"", "\n", "\r\n", ",", ";", "\t", "漢", "=1+1" }[chance.Next(10)]));

    private static string Written(string value, char separator, Random chance) =>
        chance.Next(3) == 0 || value.AsSpan().IndexOfAny("\"\r\n") >= 0 || value.Contains(separator, StringComparison.Ordinal)
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;

    private static async Task<List<CsvRow>> ReadAsync(byte[] file, int piece)
    {
        await using var stream = new Pieces(file, piece);
        var reader = new CsvReader(stream);
        var rows = new List<CsvRow>();
        while (await reader.ReadAsync(CancellationToken.None) is { } row)
            rows.Add(row);
        return rows;
    }

    /// <summary>A file that comes in pieces.</summary>
    private sealed class Pieces(byte[] file, int piece) : MemoryStream(file)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
