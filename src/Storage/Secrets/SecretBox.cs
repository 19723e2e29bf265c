using System.Security.Cryptography;
using System.Text;

namespace Mdm.Fleet.Storage.Secrets;

/// <summary>
/// Encrypts what is stored: AES-256-GCM under the installation's master key. A sealed secret is a version byte, a random nonce, the tag
/// and the ciphertext; the name that it was sealed under must be given to open it, so that secrets can't be swapped. Safe for many threads.
/// </summary>
public sealed class SecretBox
{
    public const int KeyBytes = 32;

    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Overhead = 1 + NonceBytes + TagBytes;

    private readonly byte[] _key;

    /// <param name="key">32 bytes.</param>
    public SecretBox(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        _key = key.ToArray();
    }

    /// <summary>Seals under a name: kind and key of the record that holds it, say.</summary>
    public byte[] Seal(ReadOnlySpan<byte> secret, string name)
    {
        var box = new byte[Overhead + secret.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(nonce, secret, box.AsSpan(Overhead), box.AsSpan(1 + NonceBytes, TagBytes), Encoding.UTF8.GetBytes(name));
        return box;
    }

    /// <summary>Opens what was sealed under the same name.</summary>
    /// <exception cref="SecretUnreadableException">Sealed by another key or under another name, or damaged.</exception>
    public byte[] Open(ReadOnlySpan<byte> box, string name)
    {
        if (box.Length < Overhead || box[0] != Version)
            throw new SecretUnreadableException("A stored secret is damaged.");
        var secret = new byte[box.Length - Overhead];
        try
        {
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(box.Slice(1, NonceBytes), box[Overhead..], box.Slice(1 + NonceBytes, TagBytes), secret, Encoding.UTF8.GetBytes(name));
            return secret;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new SecretUnreadableException("A stored secret does not open with this master key.", e);
        }
    }
}

/// <summary>A sealed secret can't be opened. The message never holds any of it.</summary>
public sealed class SecretUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
