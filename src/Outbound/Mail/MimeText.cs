using System.Globalization;
using System.Text;
using Mdm.Fleet.Domain.Mail;

namespace Mdm.Fleet.Outbound.Mail;

/// <summary>
/// A mail as it goes over the wire: ASCII lines (RFC 5322), text and HTML as alternatives in base64 (RFC 2046), names and subjects beyond
/// ASCII as encoded words (RFC 2047), and the dot that ends it.
/// </summary>
internal static class MimeText
{
    /// <summary>Bytes of one encoded word: with its frame and a header's name the line stays within 76 characters.</summary>
    private const int WordBytesMax = 36;

    private const int PlainLengthMax = 60;

    /// <summary>Holds a sign that base64 never does, so no body can hold it.</summary>
    private const string Boundary = "=_mdm-fleet_alternative";

    public static byte[] Write(MailMessage message)
    {
        var mail = new StringBuilder(message.Text.Length + message.Html.Length + 2_048);
        Header(mail, "Date", message.Date.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header(mail, "From", Mailbox(message.From));
        Header(mail, "To", Mailbox(message.To));
        Header(mail, "Subject", Unstructured(message.Subject));
        Header(mail, "Message-ID", $"<{message.Id}@{message.From.Domain}>");
        Header(mail, "MIME-Version", "1.0");
        Header(mail, "Auto-Submitted", "auto-generated");
        Header(mail, "Content-Type", $"multipart/alternative;\r\n boundary=\"{Boundary}\"");
        mail.Append("\r\n");
        Part(mail, "text/plain", message.Text);
        Part(mail, "text/html", message.Html);
        return Encoding.ASCII.GetBytes(mail.Append("--").Append(Boundary).Append("--\r\n.\r\n").ToString());
    }

    private static void Header(StringBuilder mail, string name, string value) => mail.Append(name).Append(": ").Append(value).Append("\r\n");

    /// <summary>No line of it begins with a dot, as base64 has none: nothing needs stuffing.</summary>
    private static void Part(StringBuilder mail, string type, string body)
    {
        mail.Append("--").Append(Boundary).Append("\r\n");
        Header(mail, "Content-Type", $"{type}; charset=utf-8");
        Header(mail, "Content-Transfer-Encoding", "base64");
        var bytes = Encoding.UTF8.GetBytes(body.ReplaceLineEndings("\r\n"));
        mail.Append("\r\n").Append(Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
    }

    private static string Mailbox(MailAddress address) => address.Name is { } name
        ? $"{(IsPlain(name) ? Quoted(name) : Words(name))}\r\n <{address.Address}>"
        : address.Address;

    private static string Quoted(string name) => $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Unstructured(string text) => IsPlain(text) ? text : Words(text);

    private static bool IsPlain(string text) =>
        text.Length <= PlainLengthMax && text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal) && text.Trim() == text;

    private static string Words(string text)
    {
        var words = new List<string>();
        var word = new List<byte>();
        var utf8 = new byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            if (word.Count + length > WordBytesMax)
            {
                words.Add(Word(word));
                word.Clear();
            }

            word.AddRange(utf8.AsSpan(0, length));
        }

        words.Add(Word(word));
        return string.Join("\r\n ", words);
    }

    private static string Word(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";
}
