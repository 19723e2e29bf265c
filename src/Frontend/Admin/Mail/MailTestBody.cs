using Mdm.Fleet.Domain.Mail;

namespace Mdm.Fleet.Frontend.Admin.Mail;

/// <summary>Where to send a test mail.</summary>
public sealed record MailTestBody(string To);

/// <summary>What came of it: accepted, later or refused, and the mail server's own words.</summary>
public sealed record MailTestObject(string Result, string Said)
{
    public static MailTestObject Of(MailResult result) => new(
        result switch
        {
            MailResult.Accepted => "accepted",
            MailResult.Later => "later",
            MailResult.Refused => "refused",
            _ => throw new InvalidOperationException($"No word for {result}."),
        },
        result.Said);
}
