using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.LoadSim.Load;

/// <summary>
/// A CA and one P-256 certificate a device (CN = UDID), kept on disk. No private key of a device is kept: a proxy's header shows the certificate
/// alone. A larger number of devices makes a new set.
/// </summary>
public sealed class DeviceCertificates
{
    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = From.AddYears(20);
    private readonly byte[][] _certificates;

    private DeviceCertificates(string authorityPem, byte[][] certificates) => (AuthorityPem, _certificates) = (authorityPem, certificates);

    /// <summary>The CA that the server must admit (<c>--device-ca</c>).</summary>
    public string AuthorityPem { get; }

    public int Count => _certificates.Length;

    /// <summary>The UDID of a device, by its number from 0.</summary>
    public static string UdidOf(int device) => $"00008103-{device:X16}";

    /// <summary>A device's certificate (DER).</summary>
    public ReadOnlySpan<byte> this[int device] => _certificates[device];

    /// <summary>Those on disk if they are enough, else new ones.</summary>
    public static DeviceCertificates LoadOrMake(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "load-certificates.bin");
        if (File.Exists(file) && Read(file) is { } known && known.Count >= count)
            return known;
        var made = Make(count);
        made.Write(file);
        return made;
    }

    private static DeviceCertificates Make(int count)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=LoadSim device CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = request.CreateSelfSigned(From, Until);
        var certificates = new byte[count][];
        Parallel.For(0, count, device => certificates[device] = Issue(authority, device));
        return new DeviceCertificates(authority.ExportCertificatePem(), certificates);
    }

    private static byte[] Issue(X509Certificate2 authority, int device)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={UdidOf(device)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        var serial = RandomNumberGenerator.GetBytes(12);
        serial[0] = (byte)((serial[0] & 0x7F) | 1);
        using var issued = request.Create(authority, From, Until, serial);
        return issued.RawData;
    }

    private static DeviceCertificates? Read(string file)
    {
        using var reader = new BinaryReader(File.OpenRead(file));
        try
        {
            var authority = reader.ReadString();
            var certificates = new byte[reader.ReadInt32()][];
            for (var device = 0; device < certificates.Length; device++)
                certificates[device] = reader.ReadBytes(reader.ReadInt32());
            return new DeviceCertificates(authority, certificates);
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }

    private void Write(string file)
    {
        var unfinished = $"{file}.{Environment.ProcessId}";
        using (var writer = new BinaryWriter(File.Create(unfinished)))
        {
            writer.Write(AuthorityPem);
            writer.Write(_certificates.Length);
            foreach (var certificate in _certificates)
            {
                writer.Write(certificate.Length);
                writer.Write(certificate);
            }
        }

        File.Move(unfinished, file, overwrite: true);
    }
}
