using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Mail;

/// <summary>Hands one mail to a mail server. Safe for any number of callers; the process boundary to the SMTP server.</summary>
public interface IMailSender
{
    /// <summary>Tries once and answers what became of it. Failures are results, never exceptions.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<MailResult> SendAsync(MailServer server, MailMessage message, CancellationToken cancellationToken = default);
}

/// <summary>What a mail server said. Exactly the cases nested here; Said is the server's own words, or ours where it said nothing.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "result")]
[JsonDerivedType(typeof(Accepted), "accepted")]
[JsonDerivedType(typeof(Later), "later")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record MailResult
{
    private MailResult()
    {
    }

    public abstract string Said { get; init; }

    /// <summary>The server took the mail: its delivery is the server's from now on.</summary>
    public sealed record Accepted(string Said) : MailResult;

    /// <summary>Not now: the server said so (4xx), or it was not reached or understood.</summary>
    /// <param name="MayHaveArrived">The connection was lost after the mail was handed over: the server may have taken it.</param>
    public sealed record Later(string Said, bool MayHaveArrived = false) : MailResult;

    /// <summary>Never (5xx): trying again would change nothing.</summary>
    public sealed record Refused(string Said) : MailResult;
}
