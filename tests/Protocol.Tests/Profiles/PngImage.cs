using System.Buffers.Binary;
using System.IO.Compression;

namespace Mdm.Fleet.Protocol.Tests.Profiles;

/// <summary>Real PNG images of one colour, with 8 bits of grey.</summary>
internal static class PngImage
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static byte[] Of(int width, int height, byte colourType = 0, byte bitDepth = 8)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bitDepth, colourType);
        return [.. Signature, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, Rows(width, height)), .. Chunk("IEND"u8, [])];
    }

    public static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4..), Checksum(chunk.AsSpan(4..^4)));
        return chunk;
    }

    private static byte[] Rows(int width, int height)
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.Optimal))
            zlib.Write(new byte[(width + 1) * height]);
        return bytes.ToArray();
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = ~0u;
        foreach (var b in bytes)
        {
            var part = (sum ^ b) & 0xff;
            for (var bit = 0; bit < 8; bit++)
                part = (part >> 1) ^ ((part & 1) * 0xEDB88320u);
            sum = (sum >> 8) ^ part;
        }

        return ~sum;
    }
}
