using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Push;
using Orleans;

namespace Mdm.Fleet.Grains.Push;

/// <summary>
/// The pushes of one topic (the key): at most one under way and one waiting a device, at the rate that is set, bounded (PR-04, BY-06).
/// </summary>
[Alias("push")]
public interface IPush : IGrainWithStringKey
{
    /// <summary>
    /// Asks for a push; a request that finds no room is left to the due mark. Answers how long a bulk push will wait; null = it is paused.
    /// </summary>
    Task<TimeSpan?> Request(PushTarget target, PushUrgency urgency);

    /// <summary>The sender's answer, as a turn of its own.</summary>
    Task Answered(PushTarget target, PushResult result);

    /// <summary>The governor now; its forecast counts this many <paramref name="more"/> bulk pushes, as if they were asked for now.</summary>
    Task<PushView> View(int more);

    /// <summary>Sets rate, burst and jitter; the pause stays. Null = it was changed meanwhile (etag null = whatever it is).</summary>
    /// <exception cref="ArgumentException">Settings that can't be used.</exception>
    Task<PushView?> SetPace(GovernorSettings pace, string? etag, string by);

    /// <summary>Pauses, or resumes by <see cref="PushPause.None"/>.</summary>
    Task<PushView> SetPause(PushPause pause, string by);
}

[GenerateSerializer, Immutable, Alias("push.target")]
public sealed record PushTarget(
    [property: Id(0)] EnrollmentId Device,
    [property: Id(1)] ReadOnlyMemory<byte> Token,
    [property: Id(2)] string Magic);

/// <summary>The push certificate of this installation (key "push"; PR-09). Keys cross this contract sealed.</summary>
[Alias("pushCertificate")]
public interface IPushCertificate : IGrainWithStringKey
{
    const string Key = "push";

    Task<PushCertificateView?> View();

    /// <summary>Keeps the key of a signing request until its certificate comes.</summary>
    Task KeepRequest(ReadOnlyMemory<byte> sealedKey, string by);

    Task<ReadOnlyMemory<byte>?> RequestKey();

    /// <summary>Takes a certificate. Refused when it is for another topic: that would orphan every device.</summary>
    Task<bool> Put(PushCertificateView certificate, string by);

    /// <summary>APNs refused the certificate, or takes it again (null).</summary>
    Task Refused(string? reason);
}

/// <summary>SealedPkcs12 holds certificate and key, sealed by the installation's key.</summary>
[GenerateSerializer, Immutable, Alias("pushCertificate.view")]
public sealed record PushCertificateView(
    [property: Id(0)] string Topic,
    [property: Id(1)] string? AppleAccount,
    [property: Id(2)] DateTimeOffset NotBefore,
    [property: Id(3)] DateTimeOffset NotAfter,
    [property: Id(4)] ReadOnlyMemory<byte> SealedPkcs12,
    [property: Id(5)] string? Refusal);
