using FsCheck;
using FsCheck.Fluent;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Tests.Plist;

/// <summary>What is written is read back.</summary>
public sealed class RoundTripTests
{
    [Fact]
    public void A_tree_written_as_xml_is_read_back_equal() =>
        Prop.ForAll(PlistGen.Values, value => PlistValue.Read(value.ToXml()).Equals(value)).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Writing_is_deterministic_and_has_apples_header()
    {
        var value = PlistValue.Dict.Of(("b", 1), ("a", PlistValue.Array.Of("x & y", true)), ("d", "hi"u8.ToArray()), ("none", (string?)null));
        const string Expected = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>
            	<key>b</key>
            	<integer>1</integer>
            	<key>a</key>
            	<array>
            		<string>x &amp; y</string>
            		<true/>
            	</array>
            	<key>d</key>
            	<data>aGk=</data>
            </dict>
            </plist>

            """;
        Assert.Equal(Expected, System.Text.Encoding.UTF8.GetString(value.ToXml()));
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("a\u001Fb")]
    [InlineData("\uFFFE")]
    public void Text_that_xml_cannot_hold_is_not_written(string text) =>
        Assert.Equal(PlistError.Character, Assert.Throws<PlistException>(() => new PlistValue.String(text).ToXml()).Reason);

    // An attribute cannot hold half of a surrogate pair.
    [Fact]
    public void Half_a_surrogate_pair_is_not_written() =>
        Assert.Equal(PlistError.Character, Assert.Throws<PlistException>(() => new PlistValue.String("a" + (char)0xD800).ToXml()).Reason);

    [Fact]
    public void A_tree_that_is_too_deep_is_not_written()
    {
        PlistValue value = "leaf";
        for (var i = 0; i < 65; i++)
            value = PlistValue.Array.Of(value);
        Assert.Equal(PlistError.Depth, Assert.Throws<PlistException>(value.ToXml).Reason);
    }

    [Fact]
    public void A_writer_used_out_of_order_says_so()
    {
        var writer = new PlistWriter(new System.Buffers.ArrayBufferWriter<byte>());
        writer.BeginDict();
        Assert.Throws<InvalidOperationException>(() => writer.Bool(true));
        writer.Key("a");
        Assert.Throws<InvalidOperationException>(() => writer.Key("b"));
        Assert.Throws<InvalidOperationException>(writer.EndDict);
        Assert.Throws<InvalidOperationException>(writer.Complete);
    }

    [Fact]
    public void Dictionaries_are_equal_whatever_their_order()
    {
        var one = PlistValue.Dict.Of(("a", 1), ("b", 2));
        Assert.Equal(one, PlistValue.Dict.Of(("b", 2), ("a", 1)));
        Assert.NotEqual(one, PlistValue.Dict.Of(("a", 1), ("b", 3)));
        Assert.NotEqual(one, PlistValue.Dict.Of(("a", 1), ("c", 2)));
    }
}
