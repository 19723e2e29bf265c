using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading.Channels;

namespace Mdm.Fleet.Fleet.Tests.Mail;

/// <summary>A mail as the SMTP server took and decoded it. Raw: as it came over the wire.</summary>
internal sealed record PeerMail(
    string From, string[] To, string? User, bool Secure, string Raw, string Subject, string Text, string Html, string? FromName, string? ToName, string MessageId, int Attachments);

/// <summary>How the SMTP server is set up; the names are those of tests/peers/smtp.mjs, which also says which addresses meet which fault.</summary>
internal sealed record PeerOptions(
    string Security = "none", string? User = null, string? Password = null, string[]? AuthMethods = null, int Port = 0, string? Key = null, string? Cert = null);

/// <summary>A real SMTP server (npm smtp-server) in a process of its own.</summary>
internal sealed class SmtpPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "peers");

    private readonly Process _process;
    private readonly Channel<PeerMail> _mails = Channel.CreateUnbounded<PeerMail>();

    private SmtpPeer(Process process, X509Certificate2 authority)
    {
        _process = process;
        Authority = authority;
    }

    public int Port { get; private set; }

    /// <summary>The root of the server's certificate.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>Mails that it took and nobody has waited for.</summary>
    public int Waiting => _mails.Reader.Count;

    public static async Task<SmtpPeer> StartAsync(PeerOptions? options = null)
    {
        Assert.True(Directory.Exists(Path.Combine(Folder, "node_modules", "smtp-server")), "The peers are not installed: npm ci in tests/peers.");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = Certificate(key);
        var given = (options ?? new PeerOptions()) with { Key = key.ExportPkcs8PrivateKeyPem(), Cert = authority.ExportCertificatePem() };
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, "smtp.mjs"), JsonSerializer.Serialize(given, JsonSerializerOptions.Web)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var peer = new SmtpPeer(Process.Start(start)!, authority);
        using var first = JsonDocument.Parse(await peer._process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The SMTP server did not start."));
        peer.Port = first.RootElement.GetProperty("port").GetInt32();
        _ = peer.ListenAsync();
        return peer;
    }

    /// <summary>The next mail that it took.</summary>
    public async Task<PeerMail> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _mails.Reader.ReadAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close(); // at which it ends
        if (!_process.HasExited)
            await _process.WaitForExitAsync();
        _process.Dispose();
        Authority.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
                _mails.Writer.TryWrite(JsonSerializer.Deserialize<PeerMail>(line, JsonSerializerOptions.Web)!);
            _mails.Writer.Complete();
        }
        catch (JsonException unreadable)
        {
            _mails.Writer.Complete(unreadable);
        }
    }

    private static X509Certificate2 Certificate(ECDsa key)
    {
        var request = new CertificateRequest("CN=smtp peer", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
