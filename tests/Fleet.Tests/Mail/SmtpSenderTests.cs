using System.Net;
using System.Net.Sockets;
using System.Text;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Outbound.Mail;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Mail;

/// <summary>The SMTP client against a real server, and against scripted ones for what a real one does not do on demand.</summary>
[Trait("Requirement", "UG-01")]
public sealed class SmtpSenderTests
{
    private static readonly MailAddress Fleet = MailAddress.Parse("fleet@ward.example", "Mdm \"Fleet\" \\ ward");

    [Theory]
    [InlineData("none", MailSecurity.None, false)]
    [InlineData("starttls", MailSecurity.StartTls, true)]
    [InlineData("tls", MailSecurity.Tls, true)]
    public async Task A_mail_arrives_as_it_was_written(string security, MailSecurity used, bool isSecure)
    {
        await using var peer = await SmtpPeer.StartAsync(new PeerOptions(security));
        var subject = "Ünïcode 共有 iPad " + string.Concat(Enumerable.Repeat("長い件名 ", 20)).Trim();
        var text = ".\r\n.dot\n" + new string('x', 3_000) + "\nüber\n";
        var result = await Sender(peer).SendAsync(new MailServer("localhost", peer.Port, used), Mail("anna@ward.example", subject, text));

        Assert.StartsWith("250 ", Assert.IsType<MailResult.Accepted>(result).Said, StringComparison.Ordinal);
        var mail = await peer.NextAsync();
        Assert.Equal((isSecure, subject, "Mdm \"Fleet\" \\ ward", "Änna 共有"), (mail.Secure, mail.Subject, mail.FromName, mail.ToName));
        Assert.Equal(text.ReplaceLineEndings("\n").TrimEnd(), mail.Text.TrimEnd());
        Assert.Equal("<p>über</p>", mail.Html.Trim());
        Assert.Equal("<mail-1@ward.example>", mail.MessageId);
        Assert.All(mail.Raw.Split("\r\n"), line => Assert.True(line.Length <= 78 && line.All(char.IsAscii) && !line.Contains('\n', StringComparison.Ordinal), line));
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task It_signs_in_by_what_the_server_offers(string method)
    {
        await using var peer = await SmtpPeer.StartAsync(new PeerOptions("starttls", "ward-ü", "p€ss word", [method]));
        var server = new MailServer("localhost", peer.Port, MailSecurity.StartTls, "ward-ü", "p€ss word");
        Assert.IsType<MailResult.Accepted>(await Sender(peer).SendAsync(server, Mail("anna@ward.example")));
        Assert.Equal("ward-ü", (await peer.NextAsync()).User);

        var wrong = await Sender(peer).SendAsync(server with { Password = "wrong" }, Mail("anna@ward.example"));
        Assert.StartsWith("535 ", Assert.IsType<MailResult.Refused>(wrong).Said, StringComparison.Ordinal);
        var without = await Sender(peer).SendAsync(server with { UserName = null }, Mail("anna@ward.example"));
        Assert.StartsWith("530 ", Assert.IsType<MailResult.Refused>(without).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_or_not_the_hosts_gets_no_mail_and_no_password()
    {
        await using var peer = await SmtpPeer.StartAsync(new PeerOptions("tls", "ward", "secret"));
        var server = new MailServer("localhost", peer.Port, MailSecurity.Tls, "ward", "secret");
        Assert.IsType<MailResult.Later>(await new SmtpSender(new SmtpOptions(), TimeProvider.System).SendAsync(server, Mail("anna@ward.example")));
        Assert.IsType<MailResult.Later>(await Sender(peer).SendAsync(server with { Host = "127.0.0.1" }, Mail("anna@ward.example")));
        Assert.IsType<MailResult.Accepted>(await Sender(peer).SendAsync(server, Mail("anna@ward.example")));
        await peer.NextAsync();
        Assert.Equal(0, peer.Waiting);
    }

    [Theory]
    [InlineData("greylist-1@ward.example", false)]
    [InlineData("hang-up-1@ward.example", false)]
    [InlineData("lost-answer-1@ward.example", true)]
    public async Task What_goes_wrong_once_is_to_be_tried_later(string to, bool mayHaveArrived)
    {
        await using var peer = await SmtpPeer.StartAsync();
        var server = new MailServer("localhost", peer.Port, MailSecurity.None);
        Assert.Equal(mayHaveArrived, Assert.IsType<MailResult.Later>(await Sender(peer).SendAsync(server, Mail(to))).MayHaveArrived);
        Assert.IsType<MailResult.Accepted>(await Sender(peer).SendAsync(server, Mail(to)));
    }

    [Fact]
    public async Task What_is_refused_for_good_says_so_in_the_servers_words()
    {
        await using var peer = await SmtpPeer.StartAsync();
        var result = await Sender(peer).SendAsync(new MailServer("localhost", peer.Port, MailSecurity.None), Mail("refuse@ward.example"));
        Assert.Equal(new MailResult.Refused("550 5.1.1 Nobody of that name here"), result);
    }

    [Theory]
    [InlineData("220 hello\r\n|250 no extensions\r\n", "STARTTLS")]
    [InlineData("220 hello\r\n|250-x\r\n250 STARTTLS\r\n|220 go\r\n250 spoken in the clear\r\n", "before TLS")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "no SMTP server")]
    [InlineData("220-hello\r\n250 mixed", "closed")]
    [InlineData("", "closed")]
    public async Task A_server_that_does_not_protect_or_not_speak_SMTP_gets_nothing(string script, string why)
    {
        await using var server = new ScriptedSmtp(script);
        var result = await new SmtpSender(new SmtpOptions(), TimeProvider.System).SendAsync(
            new MailServer("127.0.0.1", server.Port, MailSecurity.StartTls, "ward", "secret"), Mail("anna@ward.example"));
        Assert.Contains(why, Assert.IsType<MailResult.Later>(result).Said, StringComparison.Ordinal);
        Assert.DoesNotContain("AUTH", await server.HeardAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left_after_the_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var sender = new SmtpSender(new SmtpOptions { Timeout = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        var result = await sender.SendAsync(new MailServer("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port, MailSecurity.None), Mail("anna@ward.example"));
        Assert.Contains("did not answer", Assert.IsType<MailResult.Later>(result).Said, StringComparison.Ordinal);
        Assert.IsType<MailResult.Later>(await sender.SendAsync(new MailServer("127.0.0.1", FreePorts.Next(), MailSecurity.None), Mail("anna@ward.example")));
    }

    private static SmtpSender Sender(SmtpPeer peer) => new(new SmtpOptions { TrustedRoots = [peer.Authority] }, TimeProvider.System);

    private static MailMessage Mail(string to, string subject = "Hello", string text = "Hello\n") =>
        new(Fleet, MailAddress.Parse(to, "Änna 共有"), subject, text, "<p>über</p>", "mail-1", DateTimeOffset.UnixEpoch);

    /// <summary>Says one part of a script after each line that it hears, the first at once, and then hangs up.</summary>
    private sealed class ScriptedSmtp : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task<string> _heard;

        public ScriptedSmtp(string script)
        {
            _listener.Start();
            _heard = PlayAsync(script.Split('|'));
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public Task<string> HeardAsync() => _heard;

        public async ValueTask DisposeAsync()
        {
            await _heard;
            _listener.Dispose();
        }

        private async Task<string> PlayAsync(string[] parts)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            using var reader = new StreamReader(client.GetStream());
            var heard = new StringBuilder();
            for (var part = 0; part < parts.Length; part++)
            {
                if (part > 0)
                    heard.AppendLine(await reader.ReadLineAsync());
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(parts[part]));
            }

            return heard.ToString();
        }
    }
}
