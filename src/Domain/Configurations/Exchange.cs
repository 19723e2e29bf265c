namespace Mdm.Fleet.Domain.Configurations;

/// <summary>
/// <c>com.apple.eas.account</c>: an Exchange ActiveSync account. What the device is not told it asks the person for. With OAuth there
/// is no password here. Identity is a PKCS#12 that the device signs in with.
/// </summary>
public sealed record ExchangeAccount(
    string Host,
    string? EmailAddress = null,
    string? UserName = null,
    string? Password = null,
    bool UseSsl = true,
    bool OAuth = false,
    string? OAuthSignInUrl = null,
    string? OAuthTokenRequestUrl = null,
    ReadOnlyMemory<byte>? Identity = null,
    string? IdentityPassword = null,
    int? PastDaysOfMail = null,
    bool PreventMove = false,
    bool PreventAppSheet = false,
    bool AllowMailDrop = false,
    bool Mail = true,
    bool Contacts = true,
    bool Calendars = true,
    bool Reminders = true,
    bool Notes = true) : ConfigurationContent
{
    public override ConfigurationContent KeepSecrets(ConfigurationContent? stored)
    {
        var before = stored as ExchangeAccount;
        return this with
        {
            Password = Secrets.Keep(Password, OAuth ? null : before?.Password),
            IdentityPassword = Secrets.Keep(IdentityPassword, Identity is null ? null : before?.IdentityPassword),
        };
    }
}
