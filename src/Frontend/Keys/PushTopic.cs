using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Storage.Secrets;
using Orleans;

namespace Mdm.Fleet.Frontend.Keys;

/// <summary>The push certificate in force and its topic, looked up again every few seconds at most once there is one. Safe for many threads.</summary>
public sealed class PushTopic(IGrainFactory grains, SecretBox box, TimeProvider time, FrontendOptions options)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    private volatile Known _known = new(default, null, null);

    /// <summary>The topic of every enrolment: the push certificate's, else the one given for development; null = there is none.</summary>
    public async ValueTask<string?> CurrentAsync() => (await KnownAsync()).View?.Topic ?? options.DevelopmentTopic;

    /// <summary>Whether a device that names this topic may be ours: with no topic known here, nothing speaks against it.</summary>
    public async ValueTask<bool> IsOursAsync(string topic) => await CurrentAsync() is not { } ours || ours == topic;

    /// <summary>The certificate with its key for a topic, or null.</summary>
    public async ValueTask<X509Certificate2?> CertificateAsync(string topic) =>
        (await KnownAsync()) is { View: { } view, Certificate: { } certificate } && view.Topic == topic ? certificate.Certificate : null;

    /// <summary>Forgets what was looked up, as a new certificate was put.</summary>
    public void Changed() => _known = _known with { At = default };

    private async ValueTask<Known> KnownAsync()
    {
        var known = _known;
        var now = time.GetUtcNow();
        if (known.View is not null && known.At != default && now - known.At < LookAgainAfter)
            return known;
        var view = await grains.GetGrain<IPushCertificate>(IPushCertificate.Key).View();
        var isSame = view is not null && known.View is not null && view.SealedPkcs12.Span.SequenceEqual(known.View.SealedPkcs12.Span);
        // The replaced certificate may still be in use by a sender, so it is left to the collector.
        return _known = new Known(now, view, isSame ? known.Certificate : view is null ? null : box.Open(view));
    }

    private sealed record Known(DateTimeOffset At, PushCertificateView? View, PushCertificate? Certificate);
}
