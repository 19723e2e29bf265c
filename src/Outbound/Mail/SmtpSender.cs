using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Mdm.Fleet.Domain.Mail;

namespace Mdm.Fleet.Outbound.Mail;

/// <summary>Hands a mail to an SMTP server (RFC 5321) over a connection of its own, with STARTTLS or TLS and AUTH PLAIN or LOGIN.</summary>
public sealed class SmtpSender(SmtpOptions options, TimeProvider time) : IMailSender
{
    public async Task<MailResult> SendAsync(MailServer server, MailMessage message, CancellationToken cancellationToken = default)
    {
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var handing = new Handing();
        try
        {
            await using var connection = await ConnectAsync(server, either.Token);
            await GreetAsync(connection, server, either.Token);
            handing.Taken = await HandOverAsync(connection, message, handing, either.Token);
            await connection.CommandAsync("QUIT", either.Token);
            return handing.Taken;
        }
        catch (Exception) when (handing.Taken is not null)
        {
            return handing.Taken; // taken is taken, whatever became of the farewell
        }
        catch (SmtpRefusedException refused)
        {
            return refused.IsForGood ? new MailResult.Refused(refused.Message) : new MailResult.Later(refused.Message);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new MailResult.Later($"{server} did not answer within {options.Timeout.TotalSeconds:0} seconds.", handing.IsUnderWay);
        }
        catch (Exception failure) when (failure is IOException or SocketException or AuthenticationException or SmtpProtocolException)
        {
            return new MailResult.Later(SmtpReply.Plain($"{server}: {(failure.InnerException ?? failure).Message}"), handing.IsUnderWay);
        }
    }

    private async Task<SmtpConnection> ConnectAsync(MailServer server, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(server.Host, server.Port, cancellationToken);
            return new SmtpConnection(client, server.Host, options);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Up to where mail may be sent: greeting, protection, sign-in.</summary>
    private static async Task GreetAsync(SmtpConnection connection, MailServer server, CancellationToken cancellationToken)
    {
        if (server.Security == MailSecurity.Tls)
            await connection.ProtectAsync(cancellationToken);
        Expect(await connection.ReplyAsync(cancellationToken));
        var hello = Expect(await connection.CommandAsync($"EHLO {connection.ClientName}", cancellationToken));
        if (server.Security == MailSecurity.StartTls)
        {
            if (hello.Extension("STARTTLS") is null)
                throw new SmtpProtocolException("The server offers no STARTTLS, and nothing is sent to it without.");
            Expect(await connection.CommandAsync("STARTTLS", cancellationToken));
            await connection.ProtectAsync(cancellationToken);
            hello = Expect(await connection.CommandAsync($"EHLO {connection.ClientName}", cancellationToken));
        }

        if (server.UserName is { } userName)
            await SignInAsync(connection, hello, userName, server.Password ?? "", cancellationToken);
    }

    /// <summary>RFC 4954.</summary>
    private static async Task SignInAsync(
        SmtpConnection connection, SmtpReply hello, string userName, string password, CancellationToken cancellationToken)
    {
        var ways = (hello.Extension("AUTH") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (ways.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            Expect(await connection.CommandAsync($"AUTH PLAIN {Base64($"\0{userName}\0{password}")}", cancellationToken));
        }
        else if (ways.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
        {
            Expect(await connection.CommandAsync("AUTH LOGIN", cancellationToken), 334);
            Expect(await connection.CommandAsync(Base64(userName), cancellationToken), 334);
            Expect(await connection.CommandAsync(Base64(password), cancellationToken));
        }
        else
        {
            throw new SmtpProtocolException("The server offers neither AUTH PLAIN nor AUTH LOGIN here.");
        }
    }

    private static async Task<MailResult> HandOverAsync(
        SmtpConnection connection, MailMessage message, Handing handing, CancellationToken cancellationToken)
    {
        Expect(await connection.CommandAsync($"MAIL FROM:<{message.From.Address}>", cancellationToken));
        Expect(await connection.CommandAsync($"RCPT TO:<{message.To.Address}>", cancellationToken));
        Expect(await connection.CommandAsync("DATA", cancellationToken), 354);
        handing.IsUnderWay = true;
        await connection.SendAsync(MimeText.Write(message), cancellationToken);
        return new MailResult.Accepted(Expect(await connection.ReplyAsync(cancellationToken)).Said);
    }

    /// <summary>A code of 0 stands for all that mean done.</summary>
    private static SmtpReply Expect(SmtpReply reply, int code = 0) =>
        reply.Code >= 400 ? throw new SmtpRefusedException(reply)
        : code == 0 ? reply.IsDone ? reply : throw new SmtpProtocolException($"The server's reply was not expected: {reply.Said}")
        : reply.Code == code ? reply : throw new SmtpProtocolException($"The server's reply was not expected: {reply.Said}");

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private sealed class Handing
    {
        /// <summary>From here on a lost connection leaves unknown whether the server took the mail.</summary>
        public bool IsUnderWay { get; set; }

        public MailResult? Taken { get; set; }
    }
}
