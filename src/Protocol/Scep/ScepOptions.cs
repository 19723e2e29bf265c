namespace Mdm.Fleet.Protocol.Scep;

/// <summary>What the responder accepts. SHA-1, DES and 3DES only with <paramref name="AllowLegacy"/>.</summary>
/// <param name="MessageBytesMax">A request with a 4096-bit key is about 6 kB.</param>
public sealed record ScepOptions(bool AllowLegacy = false, int MessageBytesMax = 64 * 1024)
{
    public static ScepOptions Strict { get; } = new();
}
