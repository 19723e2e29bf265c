using System.Text;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Tests.Plist;

/// <summary>What the reader makes of values.</summary>
public sealed class ReadingTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData(" +8 ", "8")]
    [InlineData("-0x1F", "-31")]
    [InlineData("0xFFFFFFFFFFFFFFFF", "18446744073709551615")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    public void Integers_are_decimal_or_hexadecimal_with_a_sign(string text, string value) =>
        Assert.Equal(new PlistValue.Integer(Int128.Parse(value, System.Globalization.CultureInfo.InvariantCulture)), Read($"<integer>{text}</integer>"));

    [Theory]
    [InlineData("1e3", 1000)]
    [InlineData("-.5", -0.5)]
    [InlineData("nan", double.NaN)]
    [InlineData("-infinity", double.NegativeInfinity)]
    [InlineData("+Inf", double.PositiveInfinity)]
    public void Reals_are_read_in_every_usual_form(string text, double value) => Assert.Equal(new PlistValue.Real(value), Read($"<real>{text}</real>"));

    [Theory]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-06-30T23:59:60Z")]
    [InlineData("2026-06-30")]
    [InlineData("")]
    public void A_date_that_does_not_exist_is_an_invalid_value(string text) =>
        Assert.Equal(new PlistValue.InvalidDate(text), Read($"<date>{text}</date>"));

    [Theory]
    [InlineData("\r\n\taGVs\r\n\tbG8=\r\n", "hello")]
    [InlineData("a G V s b G 8\n=", "hello")]
    [InlineData("\n\t", "")]
    public void White_space_in_data_is_ignored(string base64, string text) =>
        Assert.Equal(new PlistValue.Data(Encoding.UTF8.GetBytes(text)), Read($"<data>{base64}</data>"));

    [Fact]
    public void Line_ends_become_one_line_feed() =>
        Assert.Equal(new PlistValue.String("a\nb\nc\rd\ne"), Read("<string>a\r\nb\rc&#13;d<![CDATA[\r\ne]]></string>"));

    [Fact]
    public void Comments_and_instructions_are_passed_over_everywhere()
    {
        var read = Read("<!-- a --><?pi?><dict><!-- b --><key>a<!-- c --></key><!-- d --><string>x<!-- e -->y</string></dict><!-- f -->");
        Assert.Equal("xy", Assert.IsType<PlistValue.Dict>(read).GetString("a"));
    }

    [Fact]
    public void Empty_elements_are_empty_values()
    {
        var read = Assert.IsType<PlistValue.Dict>(Read("<dict><key/><string/><key>d</key><data/><key>x</key><dict/><key>y</key><array></array></dict>"));
        Assert.Equal("", read.GetString(""));
        Assert.Equal(0, read.GetData("d")?.Length);
        Assert.Equal((PlistValue.Dict.Empty, PlistValue.Array.Of()), (read["x"], read["y"]));
    }

    [Fact]
    public void A_captured_container_is_read_later()
    {
        var xml = "<plist><dict><key>a</key><array><dict><key>b</key><string>c</string></dict></array><key>d</key><true/></dict></plist>"u8;
        var reader = new PlistReader(xml);
        Assert.True(reader.Read() && reader.Read() && reader.Read());
        var slice = reader.Capture();
        Assert.True(reader.Read());
        Assert.True(reader.TextEquals("d"u8));
        Assert.Equal(PlistValue.Array.Of(PlistValue.Dict.Of(("b", "c"))), PlistTree.Read(xml, slice));
    }

    [Fact]
    public void A_getter_of_another_type_is_refused()
    {
        var refused = Assert.Throws<PlistException>(() =>
        {
            var reader = new PlistReader("<plist><string>1</string></plist>"u8);
            reader.Read();
            return reader.GetInteger();
        });
        Assert.Equal(PlistError.Type, refused.Reason);
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public void Passing_over_a_large_message_allocates_nothing()
    {
        var body = Samples.SampleFiles.Get("18");
        Assert.InRange(CountTokens(body), 10_000, 100_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        CountTokens(body);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static int CountTokens(byte[] body)
    {
        var reader = new PlistReader(body);
        var count = 0;
        while (reader.Read())
            count++;
        return count;
    }

    private static PlistValue Read(string value) => PlistValue.Read(Encoding.UTF8.GetBytes($"<plist version='1.0'>{value}</plist>\n"));
}
