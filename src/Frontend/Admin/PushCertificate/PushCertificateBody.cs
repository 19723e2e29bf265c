using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Grains.Push;

namespace Mdm.Fleet.Frontend.Admin.PushCertificate;

/// <summary>
/// A certificate for pushes: what Apple answered to our request (PEM alone), or PEM with its key, or a PKCS#12 file in base64. The Apple
/// account is a note for the next renewal, as Apple's certificates name none.
/// </summary>
public sealed record PushCertificateBody(
    string? CertificatePem = null,
    string? PrivateKeyPem = null,
    string? Pkcs12 = null,
    string? Password = null,
    string? AppleAccount = null);

/// <summary>A signing request for Apple's portal; its key stays here.</summary>
public sealed record PushCertificateCsr(string CsrPem);

/// <summary>The push certificate in use.</summary>
public sealed record PushCertificateObject(
    string Topic, string? AppleAccount, DateTimeOffset NotBefore, DateTimeOffset NotAfter, IReadOnlyList<Warning> Warnings)
{
    private const string Renew = "renew it, with the same topic, at Apple's portal.";

    private const string Missing =
        "There is no push certificate: devices are not woken, and get changes only when they connect by themselves.";

    private static readonly TimeSpan WarnBefore = TimeSpan.FromDays(30);

    /// <summary>PR-09: none at all, refused by Apple's service, over, or about to be.</summary>
    public static IReadOnlyList<Warning> WarningsOf(PushCertificateView? view, DateTimeOffset now)
    {
        if (view is null)
            return [new Warning("push-certificate-missing", Missing)];
        var warnings = new List<Warning>();
        if (view.NotAfter <= now)
            warnings.Add(new Warning("push-certificate-expired", $"The push certificate expired on {view.NotAfter:yyyy-MM-dd}: {Renew}"));
        else if (view.NotAfter - now < WarnBefore)
            warnings.Add(new Warning("push-certificate-expiring", $"The push certificate expires on {view.NotAfter:yyyy-MM-dd}: {Renew}"));
        if (view.NotBefore > now)
            warnings.Add(new Warning("push-certificate-not-yet", $"The push certificate is valid from {view.NotBefore:yyyy-MM-dd} on."));
        if (view.Refusal is { } refusal)
            warnings.Add(new Warning("push-certificate-refused", $"Apple's push service refuses the certificate: {refusal}."));
        return warnings;
    }

    public static PushCertificateObject Of(PushCertificateView view, DateTimeOffset now) =>
        new(view.Topic, view.AppleAccount, view.NotBefore, view.NotAfter, WarningsOf(view, now));
}
