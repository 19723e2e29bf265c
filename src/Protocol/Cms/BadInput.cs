using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Mdm.Fleet.Protocol.Cms;

/// <summary>The exceptions that the framework's decoders throw for bytes that somebody else chose.</summary>
internal static class BadInput
{
    public static bool IsCause(Exception e) => e is CryptographicException or AsnContentException or ArgumentException
        or FormatException or InvalidOperationException or NotSupportedException or OverflowException or IndexOutOfRangeException;
}
