namespace Mdm.Fleet.Outbound.Mail;

/// <summary>A server's reply: its code and its lines without it.</summary>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    private const int SaidLengthMax = 500;

    public bool IsDone => Code is >= 200 and < 300;

    /// <summary>The server's words in one bounded line without control characters.</summary>
    public string Said => Plain($"{Code} {string.Join(' ', Lines)}");

    /// <summary>What an extension's line of EHLO says after its name; null = it is not offered.</summary>
    public string? Extension(string name) => Lines.Skip(1)
        .Where(line => line.Equals(name, StringComparison.OrdinalIgnoreCase) || line.StartsWith(name + " ", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[name.Length..].Trim())
        .FirstOrDefault();

    public static string Plain(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length <= SaidLengthMax ? line : line[..SaidLengthMax];
    }
}

/// <summary>The server said no; its words are the message.</summary>
internal sealed class SmtpRefusedException(SmtpReply reply) : Exception(reply.Said)
{
    public bool IsForGood { get; } = reply.Code >= 500;
}

/// <summary>The server does not speak as RFC 5321 says, or lacks what is needed.</summary>
internal sealed class SmtpProtocolException(string message) : Exception(message);
