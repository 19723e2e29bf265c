namespace Mdm.Fleet.Domain.Mail;

/// <summary>A mail as text and as HTML. What could end a header is refused, so no value can add one.</summary>
public sealed record MailMessage
{
    public const int SubjectLengthMax = 1_000;

    private const int IdLengthMax = 200;

    /// <param name="id">Unique; becomes the Message-ID together with the sender's domain. Letters, digits, dots and hyphens.</param>
    /// <exception cref="FormatException">A line break or another control character in the subject, or no id.</exception>
    public MailMessage(MailAddress from, MailAddress to, string subject, string text, string html, string id, DateTimeOffset date)
    {
        if (subject.Length > SubjectLengthMax || subject.Any(char.IsControl))
            throw new FormatException($"A subject has at most {SubjectLengthMax} characters and no line breaks or other control characters.");
        if (id.Length is 0 or > IdLengthMax || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
            throw new FormatException("The id of a mail is made of letters, digits, dots and hyphens.");
        (From, To, Subject, Text, Html, Id, Date) = (from, to, subject, text, html, id, date);
    }

    public MailAddress From { get; }

    public MailAddress To { get; }

    public string Subject { get; }

    public string Text { get; }

    public string Html { get; }

    public string Id { get; }

    public DateTimeOffset Date { get; }

    /// <summary>A mail may hold a link that lets in: a log line shows neither it nor the person.</summary>
    public override string ToString() => $"mail {Id}";
}
