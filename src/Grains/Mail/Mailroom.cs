using System.Text;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Grains.Mail;

/// <summary>
/// Sends mails outside the turns of grains, a few at a time: a slow mail server holds up nobody who signs in. What finds no room here
/// stays due.
/// </summary>
public sealed partial class Mailroom(IMailSender sender, SecretBox box, ILogger<Mailroom> log) : IDisposable
{
    /// <summary>The name that the password is sealed under.</summary>
    public const string PasswordName = "mail/password";

    /// <summary>Longer than mails wait and are sent, so that one under way is not sent again: five rounds of the sender's half minute.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    private const int AtOnce = 8;
    private const int RoomMax = 40;

    private readonly SemaphoreSlim _connections = new(AtOnce);
    private int _inside;

    /// <summary>How many a moment can take in: beyond it the caller comes back later.</summary>
    public bool IsFull => Volatile.Read(ref _inside) >= RoomMax;

    /// <summary>Where and how the settings say that mail goes.</summary>
    /// <exception cref="SecretUnreadableException">The password was sealed with another master key.</exception>
    public static MailServer Server(MailSettings settings, SecretBox box) => new(
        settings.Host,
        settings.Port,
        settings.Security,
        settings.UserName,
        settings.SealedPassword is { } password ? Encoding.UTF8.GetString(box.Open(password.Span, PasswordName)) : null);

    /// <summary>Sends once it is the mail's turn, and tells the result; a result that can't be told leaves the mail due.</summary>
    public async Task Post(MailSettings settings, MailMessage message, Func<MailResult, Task> tell)
    {
        Interlocked.Increment(ref _inside);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await tell(await Send(settings, message));
        }
        catch (Exception failure)
        {
            NotTold(log, failure, message.Id);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    public void Dispose() => _connections.Dispose();

    private async Task<MailResult> Send(MailSettings settings, MailMessage message)
    {
        await _connections.WaitAsync();
        try
        {
            return await sender.SendAsync(Server(settings, box), message);
        }
        catch (SecretUnreadableException unreadable)
        {
            return new MailResult.Later(unreadable.Message);
        }
        finally
        {
            _connections.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What came of the mail {Id} could not be told; it is sent again")]
    private static partial void NotTold(ILogger log, Exception failure, string id);
}
