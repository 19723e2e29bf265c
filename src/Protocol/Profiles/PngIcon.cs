using System.Buffers.Binary;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>The icon of a web clip: a square PNG of at most 400 pixels and 1 MB (apple/protocol-notes.md, section 10).</summary>
internal static class PngIcon
{
    private const int BytesMax = 1 << 20;
    private const int PixelsMax = 400;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>What is wrong with an icon; null when nothing is.</summary>
    public static string? Problem(ReadOnlySpan<byte> png)
    {
        if (png.Length > BytesMax)
            return "The icon is larger than 1 MB.";
        if (png.Length < 33 || !png.StartsWith(Signature) || !png[12..16].SequenceEqual("IHDR"u8))
            return "The icon is no PNG image.";
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(png[16..]), BinaryPrimitives.ReadUInt32BigEndian(png[20..]));
        return width == height && width is > 0 and <= PixelsMax ? null : $"The icon is square and at most {PixelsMax} pixels wide.";
    }
}
