using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Push;
using Orleans;

namespace Mdm.Fleet.Grains.Push;

/// <summary>The pushes of one topic (the key): at most one under way a device, bounded.</summary>
[Alias("push")]
public interface IPush : IGrainWithStringKey
{
    /// <summary>Asks for a push; a request that finds no room is left to the due mark.</summary>
    Task Request(PushTarget target);

    /// <summary>The sender's answer, as a turn of its own.</summary>
    Task Answered(PushTarget target, PushResult result);
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
