using System.Collections.Concurrent;
using Mdm.Fleet.Domain.Mail;

namespace Mdm.Fleet.Grains.Tests.Hosting;

/// <summary>Stands in for the mail server: keeps every mail, and answers as it is told.</summary>
internal sealed class RecordingMailSender : IMailSender
{
    private readonly ConcurrentQueue<MailMessage> _mails = [];

    public IReadOnlyList<MailMessage> Mails => [.. _mails];

    /// <summary>The server that the last mail went to.</summary>
    public MailServer? Server { get; private set; }

    public Func<MailMessage, Task<MailResult>> Answer { get; set; } = _ => Task.FromResult<MailResult>(new MailResult.Accepted("250 queued"));

    public Task<MailResult> SendAsync(MailServer server, MailMessage message, CancellationToken cancellationToken = default)
    {
        Server = server;
        _mails.Enqueue(message);
        return Answer(message);
    }
}
