using System.Buffers.Binary;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>The icon of a web clip: a square PNG of at most 400 pixels and 1 MB (apple/protocol-notes.md, section 10).</summary>
internal static class PngIcon
{
    private const int BytesMax = 1 << 20;
    private const int PixelsMax = 400;
    private const int HeaderBytes = 13;

    /// <summary>A chunk's length, type and checksum.</summary>
    private const int FrameBytes = 12;

    private const string NoPng = "The icon is no whole PNG image.";

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>What is wrong with an icon; null when nothing is.</summary>
    public static string? Problem(ReadOnlySpan<byte> png)
    {
        if (png.Length > BytesMax)
            return "The icon is larger than 1 MB.";
        if (!png.StartsWith(Signature) || !IsWhole(png[Signature.Length..], out var header))
            return NoPng;
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        return width != height || width is 0 or > PixelsMax ? $"The icon is square and at most {PixelsMax} pixels wide."
            : IsFormat(header) ? null
            : NoPng;
    }

    /// <summary>Chunk after chunk with their checksums, from IHDR over IDAT to IEND, and nothing behind it (PNG, section 5).</summary>
    private static bool IsWhole(ReadOnlySpan<byte> chunks, out ReadOnlySpan<byte> header)
    {
        header = default;
        var hasData = false;
        while (chunks.Length >= FrameBytes)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunks);
            if (length > chunks.Length - FrameBytes)
                return false;
            var type = chunks.Slice(4, 4);
            var data = chunks.Slice(8, (int)length);
            if (BinaryPrimitives.ReadUInt32BigEndian(chunks[(8 + (int)length)..]) != Checksum(chunks.Slice(4, 4 + (int)length)))
                return false;
            chunks = chunks[(FrameBytes + (int)length)..];
            var isHeader = type.SequenceEqual("IHDR"u8);
            if (isHeader != header.IsEmpty || (isHeader && length != HeaderBytes))
                return false;
            if (isHeader)
                header = data;
            hasData |= type.SequenceEqual("IDAT"u8) && length > 0;
            if (type.SequenceEqual("IEND"u8))
                return hasData && length == 0 && chunks.IsEmpty;
        }

        return false;
    }

    /// <summary>Colour type and bit depth as they may go together; one compression, one filter, interlaced or not (PNG, section 11.2.1).</summary>
    private static bool IsFormat(ReadOnlySpan<byte> header) => header[10] == 0 && header[11] == 0 && header[12] <= 1 && (header[9], header[8]) switch
    {
        (0, 1 or 2 or 4 or 8 or 16) => true,
        (3, 1 or 2 or 4 or 8) => true,
        (2 or 4 or 6, 8 or 16) => true,
        _ => false,
    };

    /// <summary>CRC-32 of a chunk's type and data (PNG, annex D), which an icon is small enough to need no table for.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ 0xEDB88320;
        }

        return ~sum;
    }
}
