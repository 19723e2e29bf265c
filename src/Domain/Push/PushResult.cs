using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Push;

/// <summary>What became of a push: apple/protocol-notes.md, section 4. Exactly the cases nested here.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "result")]
[JsonDerivedType(typeof(Accepted), "accepted")]
[JsonDerivedType(typeof(TokenInvalid), "tokenInvalid")]
[JsonDerivedType(typeof(Throttled), "throttled")]
[JsonDerivedType(typeof(Retry), "retry")]
[JsonDerivedType(typeof(TopicRefused), "topicRefused")]
[JsonDerivedType(typeof(Bug), "bug")]
[JsonDerivedType(typeof(NoCertificate), "noCertificate")]
public abstract record PushResult
{
    private PushResult()
    {
    }

    /// <summary>Queued by the push service; says nothing about delivery.</summary>
    /// <param name="ApnsId">The push service's id of this push, empty if it gave none.</param>
    public sealed record Accepted(string ApnsId) : PushResult;

    /// <summary>
    /// The token is dead for this topic: no more pushes until a TokenUpdate, where <paramref name="Since"/> is known one newer than it.
    /// The enrolment stays: the device may be erased or wait for a restore.
    /// </summary>
    public sealed record TokenInvalid(string Reason, DateTimeOffset? Since = null) : PushResult;

    /// <summary>Too many pushes to this token: wait at least <paramref name="RetryAfter"/> if given, longer each time, and coalesce.</summary>
    public sealed record Throttled(TimeSpan? RetryAfter = null) : PushResult;

    /// <summary>Not sent, or unknown whether sent, after the sender's own retries. A push may be repeated: try again later.</summary>
    public sealed record Retry(string Reason) : PushResult;

    /// <summary>The push certificate is wrong, expired or revoked: stop the topic, tell the admins.</summary>
    public sealed record TopicRefused(string Reason) : PushResult;

    /// <summary>The push service found the request wrong: a fault of ours or of the set-up. Tell the admins; no blind retry.</summary>
    public sealed record Bug(string Reason) : PushResult;

    /// <summary>No push certificate with a key is there for the topic.</summary>
    public sealed record NoCertificate : PushResult;
}
