using System.Text;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Tests.Plist;

/// <summary>What is no property list for this server, and why.</summary>
public sealed class RefusalTests
{
    private const string Open = "<plist version=\"1.0\">";

    public static TheoryData<string, PlistError> Bodies => new()
    {
        { "", PlistError.NotPlist },
        { "   ", PlistError.Truncated },
        { "hello", PlistError.NotPlist },
        { "<plistic><dict/></plistic>", PlistError.NotPlist },
        { "<plist/>", PlistError.NotPlist },
        { Open, PlistError.Truncated },
        { Open + "</plist>", PlistError.Markup },
        { Open + "<dict/>", PlistError.Truncated },
        { Open + "<dict/></plist>tail", PlistError.StrayText },
        { Open + "<dict/></plist><plist>", PlistError.Markup },
        { Open + "<dict/><dict/></plist>", PlistError.Markup },
        { Open + "text<dict/></plist>", PlistError.StrayText },
        { Open + "<dict>text</dict></plist>", PlistError.StrayText },
        { Open + "<array>text</array></plist>", PlistError.StrayText },
        { Open + "<dict><key>a</key></dict></plist>", PlistError.KeyWithoutValue },
        { Open + "<dict><key>a</key><key>b</key><true/></dict></plist>", PlistError.KeyWithoutValue },
        { Open + "<dict><true/></dict></plist>", PlistError.ValueWithoutKey },
        { Open + "<dict><key>a</key><true/><false/></dict></plist>", PlistError.ValueWithoutKey },
        { Open + "<array><key>a</key></array></plist>", PlistError.Markup },
        { Open + "<key>a</key></plist>", PlistError.Markup },
        { Open + "<dict></array></plist>", PlistError.Markup },
        { Open + "<dict><key>a</key><true/><key>a</key><true/></dict></plist>", PlistError.DuplicateKey },
        { Open + "<dict><key>a</key><true/><key>&#x61;</key><true/></dict></plist>", PlistError.DuplicateKey },
        { Open + "<dict><key><![CDATA[a]]></key><true/><key>a</key><true/></dict></plist>", PlistError.DuplicateKey },
        { Open + "<string>&nope;</string></plist>", PlistError.Entity },
        { Open + "<string>&amp</string></plist>", PlistError.Entity },
        { Open + "<string>&#x110000;</string></plist>", PlistError.Character },
        { Open + "<string>&#0;</string></plist>", PlistError.Character },
        { Open + "<string>&#xD800;</string></plist>", PlistError.Character },
        { Open + "<string>&#-65;</string></plist>", PlistError.Entity },
        { Open + "<string>\u0001</string></plist>", PlistError.Character },
        { Open + "<string>\uFFFF</string></plist>", PlistError.Character },
        { Open + "<string>a</integer></plist>", PlistError.Markup },
        { Open + "<string>a<b/></string></plist>", PlistError.Markup },
        { Open + "<string><!DOCTYPE x></string></plist>", PlistError.Markup },
        { Open + "<string a=\"b\">a</string></plist>", PlistError.Markup },
        { Open + "<String>a</String></plist>", PlistError.Markup },
        { Open + "<string><![CDATA[a</string></plist>", PlistError.Truncated },
        { Open + "<!-- a -- b --><true/></plist>", PlistError.Markup },
        { Open + "<true>1</true></plist>", PlistError.StrayText },
        { Open + "<integer>1x</integer></plist>", PlistError.Integer },
        { Open + "<integer></integer></plist>", PlistError.Integer },
        { Open + "<integer>--1</integer></plist>", PlistError.Integer },
        { Open + "<integer>18446744073709551616</integer></plist>", PlistError.Integer },
        { Open + "<integer>-9223372036854775809</integer></plist>", PlistError.Integer },
        { Open + "<real>one</real></plist>", PlistError.Real },
        { Open + "<data>AAA</data></plist>", PlistError.Data },
        { Open + "<data>A*==</data></plist>", PlistError.Data },
        { "<!DOCTYPE plist [<!ENTITY a \"b\">]>" + Open + "<true/></plist>", PlistError.DocumentType },
        { "<!DOCTYPE plist><!DOCTYPE plist>" + Open + "<true/></plist>", PlistError.NotPlist },
        { "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + Open + "<true/></plist>", PlistError.Encoding },
        { "<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + Open + "<true/></plist>", PlistError.Encoding },
        { Open + "<?xml version=\"1.0\"?><true/></plist>", PlistError.Markup },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_bad_document_is_refused_for_its_reason(string body, PlistError reason) =>
        Assert.Equal(reason, Assert.Throws<PlistException>(() => PlistValue.Read(Encoding.UTF8.GetBytes(body))).Reason);

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_where_they_stand()
    {
        byte[] body = [.. "<plist><string>ab"u8, 0xC3, .. "</string></plist>"u8];
        var refused = Assert.Throws<PlistException>(() => PlistValue.Read(body));
        Assert.Equal((PlistError.Encoding, 17), (refused.Reason, refused.Offset));
    }

    [Fact]
    public void Sixty_four_levels_are_read_and_one_more_is_refused()
    {
        Assert.IsType<PlistValue.Array>(PlistValue.Read(Nested(64)));
        Assert.Equal(PlistError.Depth, Assert.Throws<PlistException>(() => PlistValue.Read(Nested(65))).Reason);
    }

    [Fact]
    public void A_dictionary_of_100_000_keys_still_finds_the_one_that_is_twice()
    {
        var keys = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"<key>k{i}</key><true/>"));
        Assert.Equal(100_000, Assert.IsType<PlistValue.Dict>(Read(keys)).Count);
        Assert.Equal(PlistError.DuplicateKey, Assert.Throws<PlistException>(() => Read(keys + "<key>k7</key><true/>")).Reason);
        static PlistValue Read(string keys) => PlistValue.Read(Encoding.UTF8.GetBytes(Open + "<dict>" + keys + "</dict></plist>"));
    }

    [Fact]
    public void Equal_keys_of_different_dictionaries_are_no_duplicates()
    {
        const string Inner = "<dict><key>a</key><dict><key>a</key><true/></dict><key>b</key><true/></dict>";
        var read = PlistValue.Read(Encoding.UTF8.GetBytes($"{Open}<array>{Inner}{Inner}</array></plist>"));
        Assert.Equal(2, Assert.IsType<PlistValue.Array>(read).Items.Length);
    }

    private static byte[] Nested(int levels) => Encoding.UTF8.GetBytes(
        Open + string.Concat(Enumerable.Repeat("<array>", levels)) + string.Concat(Enumerable.Repeat("</array>", levels)) + "</plist>");
}
