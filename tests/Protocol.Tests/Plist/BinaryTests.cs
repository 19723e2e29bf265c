using System.Buffers.Binary;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Tests.Plist;

/// <summary>Binary property lists written by hand, good and hostile.</summary>
public sealed class BinaryTests
{
    [Fact]
    public void The_sample_reads_as_its_dictionary() =>
        Assert.Equal(
            PlistValue.Dict.Of(("Status", "Idle"), ("UDID", "00008110-000A1D2E3C4B801E")), PlistValue.Read(Samples.SampleFiles.Get("34")));

    [Fact]
    public void Scalars_of_every_width_are_read()
    {
        Assert.Equal(new PlistValue.Integer(200), One([0x10, 200]));
        Assert.Equal(new PlistValue.Integer(-1), One([0x13, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]));
        Assert.Equal(new PlistValue.Integer(ulong.MaxValue), One([0x14, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]));
        Assert.Equal(new PlistValue.Real(1.5), One([0x22, 0x3F, 0xC0, 0, 0]));
        Assert.Equal(new PlistValue.String("é"), One([0x61, 0x00, 0xE9]));
        Assert.Equal(new PlistValue.Date(new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero)), One([0x33, 0, 0, 0, 0, 0, 0, 0, 0]));
        Assert.IsType<PlistValue.InvalidDate>(One([0x33, 0x7F, 0xF0, 0, 0, 0, 0, 0, 0]));
    }

    [Theory]
    [InlineData(new byte[] { 0x00 })] // null
    [InlineData(new byte[] { 0x80, 0x01 })] // uid
    [InlineData(new byte[] { 0x15, 0x01 })] // integer of 32 bytes
    [InlineData(new byte[] { 0x4F, 0x13, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })] // data of 2^63 bytes
    [InlineData(new byte[] { 0x5F, 0x12, 0x7F, 0xFF, 0xFF, 0xFF })] // text of 2 GiB
    [InlineData(new byte[] { 0x6F, 0x12, 0x40, 0x00, 0x00, 0x00 })] // UTF-16 text whose size overflows
    [InlineData(new byte[] { 0xAF, 0x12, 0x7F, 0xFF, 0xFF, 0xFF })] // array of 2 G references
    [InlineData(new byte[] { 0xA1, 0x00 })] // array of itself
    [InlineData(new byte[] { 0xA1, 0x07 })] // reference to nothing
    [InlineData(new byte[] { 0xD1, 0x00, 0x00 })] // dictionary keyed by itself
    [InlineData(new byte[] { 0x51, 0xFF })] // text that is not UTF-8
    public void A_hostile_object_is_refused(byte[] bytes) => Assert.Throws<PlistException>(() => One(bytes));

    [Fact]
    public void Arrays_that_share_arrays_do_not_explode()
    {
        List<byte[]> objects = [.. Enumerable.Range(1, 10).Select(i => (byte[])[0xA4, (byte)i, (byte)i, (byte)i, (byte)i]), [0x09]];
        Assert.Equal(PlistError.Binary, Assert.Throws<PlistException>(() => PlistValue.Read(Document(objects))).Reason);
    }

    [Fact]
    public void A_trailer_that_claims_more_than_there_is_is_refused()
    {
        var document = Document([[0x09]]);
        foreach (var at in new[] { 6, 7, 8, 16, 24 })
        {
            var hostile = (byte[])document.Clone();
            hostile[^(32 - at)] = 0x7F;
            Assert.Throws<PlistException>(() => PlistValue.Read(hostile));
        }
    }

    private static PlistValue One(byte[] bytes) => PlistValue.Read(Document([bytes]));

    private static byte[] Document(List<byte[]> objects)
    {
        List<byte> bytes = [.. "bplist00"u8];
        List<byte> offsets = [];
        foreach (var item in objects)
        {
            offsets.AddRange([(byte)(bytes.Count >> 8), (byte)bytes.Count]);
            bytes.AddRange(item);
        }

        var trailer = new byte[32];
        (trailer[6], trailer[7]) = (2, 1);
        BinaryPrimitives.WriteInt64BigEndian(trailer.AsSpan(8), objects.Count);
        BinaryPrimitives.WriteInt64BigEndian(trailer.AsSpan(24), bytes.Count);
        return [.. bytes, .. offsets, .. trailer];
    }
}
