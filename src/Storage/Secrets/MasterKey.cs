using System.Security.Cryptography;

namespace Mdm.Fleet.Storage.Secrets;

/// <summary>The key that seals every stored secret: 32 random bytes, base64, in a file that only its owner reads, or given from outside.</summary>
public static class MasterKey
{
    /// <summary>Reads base64 text.</summary>
    /// <exception cref="SecretUnreadableException">Not 32 bytes in base64.</exception>
    public static byte[] Parse(string base64)
    {
        var key = new byte[SecretBox.KeyBytes + 1];
        return Convert.TryFromBase64String(base64.Trim(), key, out var length) && length == SecretBox.KeyBytes
            ? key[..SecretBox.KeyBytes]
            : throw new SecretUnreadableException($"The master key is not {SecretBox.KeyBytes} bytes in base64.");
    }

    /// <summary>Reads the key file, or makes it: written whole beside its place and then put there, so that no half key is ever read.</summary>
    /// <exception cref="SecretUnreadableException">The file holds no key.</exception>
    /// <exception cref="IOException"/>
    /// <exception cref="UnauthorizedAccessException"/>
    public static byte[] LoadOrCreate(string path)
    {
        if (!File.Exists(path))
            Create(path);
        return Parse(File.ReadAllText(path));
    }

    private static void Create(string path)
    {
        var beside = $"{path}.{Guid.NewGuid():N}";
        using (var file = PrivateFiles.Create(beside))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBox.KeyBytes)) + "\n"));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(beside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(beside);
        }
    }
}
