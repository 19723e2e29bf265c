using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Protocol.Tests.Certificates;

/// <summary>The peer that is not ours: the openssl command line in a directory of its own.</summary>
internal sealed class OpenSsl : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pki-");

    public string Path(string file) => System.IO.Path.Combine(folder.FullName, file);

    public void Write(string file, byte[] content) => File.WriteAllBytes(Path(file), content);

    public void Write(string file, string content) => File.WriteAllText(Path(file), content);

    public byte[] Read(string file) => File.ReadAllBytes(Path(file));

    /// <summary>Runs openssl and returns what it wrote; it must end with 0.</summary>
    public string Run(params string[] arguments)
    {
        var (exit, output) = Start("openssl", arguments);
        return exit == 0 ? output : throw new InvalidOperationException($"openssl {string.Join(' ', arguments)}: {output}");
    }

    public (int Exit, string Output) Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    /// <summary>Makes a self-signed certificate and key, in files <c>name.pem</c> and <c>name.key</c>.</summary>
    public X509Certificate2 SelfSigned(string name, string subject, params string[] newKey)
    {
        var key = newKey.Length == 0 ? ["rsa:2048"] : newKey;
        Run(["req", "-x509", "-nodes", "-days", "30", "-subj", subject, "-keyout", name + ".key", "-out", name + ".pem", "-newkey",
            .. key]);
        return X509Certificate2.CreateFromPemFile(Path(name + ".pem"), Path(name + ".key"));
    }

    public void WritePem(string file, X509Certificate2 certificate) => Write(file, certificate.ExportCertificatePem());

    public void WriteKey(string file, X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPrivateKey()!;
        Write(file, key.ExportPkcs8PrivateKeyPem());
    }

    public void WriteKey(string file, RSA key) => Write(file, key.ExportPkcs8PrivateKeyPem());

    public void Dispose() => folder.Delete(recursive: true);
}
