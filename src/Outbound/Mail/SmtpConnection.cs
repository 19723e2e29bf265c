using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mdm.Fleet.Outbound.Mail;

/// <summary>Commands and replies over one connection (RFC 5321, section 4.2); all that is read is bounded.</summary>
internal sealed class SmtpConnection(TcpClient client, string host, SmtpOptions options) : IAsyncDisposable
{
    private const int LineBytesMax = 2_048;
    private const int LinesMax = 128;

    private readonly byte[] _buffer = new byte[4_096];
    private Stream _stream = client.GetStream();
    private int _start;
    private int _end;

    /// <summary>How this end names itself where it has no name: RFC 5321, section 4.1.3.</summary>
    public string ClientName => client.Client.LocalEndPoint is System.Net.IPEndPoint local
        ? local.AddressFamily == AddressFamily.InterNetworkV6 && !local.Address.IsIPv4MappedToIPv6 ? $"[IPv6:{local.Address}]" : $"[{local.Address.MapToIPv4()}]"
        : "[127.0.0.1]";

    /// <summary>Goes on under TLS. What the server sent before is not its word under TLS, so nothing may be left of it.</summary>
    /// <exception cref="AuthenticationException">The certificate is not trusted or not for this host.</exception>
    public async Task ProtectAsync(CancellationToken cancellationToken)
    {
        if (_start != _end)
            throw new SmtpProtocolException("The server spoke on before TLS began.");
        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                CertificateChainPolicy = options.TrustedRoots.Count == 0 ? null : Trusting(options.TrustedRoots),
            },
            cancellationToken);
    }

    /// <summary>Sends a command; a line break in it would be a second one.</summary>
    public async Task<SmtpReply> CommandAsync(string command, CancellationToken cancellationToken)
    {
        if (command.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw new InvalidOperationException("An SMTP command is one line.");
        await SendAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellationToken);
        return await ReplyAsync(cancellationToken);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(bytes, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <exception cref="SmtpProtocolException">No reply.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public async Task<SmtpReply> ReplyAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < LinesMax)
        {
            var line = await LineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code is < 200 or > 599
                || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new SmtpProtocolException($"This is no SMTP server; it said: {SmtpReply.Plain(line)}");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
                return new SmtpReply(code, lines);
        }

        throw new SmtpProtocolException("The server's reply does not end.");
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        client.Dispose();
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>(128);
        while (line.Count <= LineBytesMax)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, await _stream.ReadAsync(_buffer, cancellationToken));
                if (_end == 0)
                    throw new IOException("The server closed the connection.");
            }

            var next = _buffer[_start++];
            if (next == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(next);
        }

        throw new SmtpProtocolException("A line of the server does not end.");
    }

    private static X509ChainPolicy Trusting(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
