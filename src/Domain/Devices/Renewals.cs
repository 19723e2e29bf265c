using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>An attempt to renew a device's certificate.</summary>
/// <param name="Of">The expiry of the certificate that was to be replaced: another one begins to count anew.</param>
/// <param name="Tries">Attempts so far.</param>
/// <param name="RetryAt">The next one, if the device still presents that certificate then.</param>
/// <param name="EndedAt">When the device answered, or came with another certificate.</param>
/// <param name="Refusal">Why the device did not take it.</param>
public sealed record Renewal(DateTimeOffset Of, int Tries, DateTimeOffset RetryAt, DateTimeOffset? EndedAt = null, string? Refusal = null);

/// <summary>
/// The rules by which a certificate is renewed before it expires (PR-02). What proves a renewal is the next certificate, not the
/// device's word: an answer alone, a lost one or a refusal lead to the next attempt after 1 h, then after 24 h each.
/// </summary>
public static class Renewals
{
    /// <summary>How long before the expiry the first attempt is made: a device may be off for weeks.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromDays(30);

    /// <summary>A device that renews may authenticate anew for so long after its answer: its messages may be repeated or overtake each other.</summary>
    public static readonly TimeSpan Aftermath = TimeSpan.FromHours(1);

    private const string ReferencePrefix = "ref:";
    private const string Proven = "The device came with another certificate.";

    /// <summary>When an attempt is to be made; null = never as things stand, or one is queued.</summary>
    public static DateTimeOffset? LookAt(Device device)
    {
        if (device.IdentityExpiresAt is not { } expiry || !CanRenew(device) || Queued(device) is not null)
            return null;
        return device.Renewal is { } renewal && renewal.Of == expiry ? renewal.RetryAt : expiry - Before;
    }

    /// <summary>Queues the renewal when its time has come.</summary>
    public static Device Begin(Device device, RuleContext context)
    {
        if (!(LookAt(device) <= context.Now) || device.IdentityExpiresAt is not { } expiry)
            return device;
        var next = Queue.Add(device, new PlanStep.Renew(), context);
        if (ReferenceEquals(next, device))
            return device;
        var tries = device.Renewal is { } earlier && earlier.Of == expiry ? earlier.Tries + 1 : 1;
        return next with { Renewal = new Renewal(expiry, tries, BackOff.RetryAt(context.Now, tries)) };
    }

    /// <summary>The certificate of a request. One that is known changes nothing; another one settles the renewal that waits.</summary>
    public static Transition Present(Device device, DateTimeOffset? expiresAt, RuleContext context)
    {
        if (expiresAt is not { } expiry || device.IdentityExpiresAt == expiry)
            return Transition.Of(device);
        var next = device with { IdentityExpiresAt = expiry };
        if (!(expiry > device.IdentityExpiresAt) || Queued(device) is not { } command)
            return Transition.Of(next);
        var ended = new DeviceEvent.CommandEnded(command.Id, command.Body.RequestType, nameof(ReportStatus.Acknowledged), null, Proven);
        return Transition.Of(next with { Queue = next.Queue.Remove(command), Renewal = next.Renewal! with { EndedAt = context.Now } }, ended);
    }

    /// <summary>
    /// Whether an Authenticate is that of a device that renews: it restarts its check-in with the profile that we handed out
    /// (apple/protocol-notes.md, section 5), so nothing of its session ends.
    /// </summary>
    public static bool Explains(Device device, AuthenticateFacts facts, RuleContext context) =>
        device.Status == EnrollmentStatus.Enrolled
        && device.Identity == facts.Identity
        && device.Kind == facts.Kind
        && (Queued(device) is { } command
            ? context.MayBeHandedOut(command.Id)
            : device.Renewal?.EndedAt is { } ended && context.Now - ended < Aftermath);

    internal static Device Answered(Device device, CommandReport report, DateTimeOffset now) => device.Renewal is not { } renewal ? device : device with
    {
        Renewal = renewal with
        {
            RetryAt = BackOff.RetryAt(now, renewal.Tries),
            EndedAt = now,
            Refusal = report.Status == ReportStatus.Acknowledged ? null : report.Detail ?? report.Status.ToString(),
        },
    };

    /// <summary>Only a profile of ours can be made again; that of a user enrolment names an account that is not kept here.</summary>
    private static bool CanRenew(Device device) =>
        device.Status == EnrollmentStatus.Enrolled
        && device.Kind != EnrollmentKind.User
        && device.EnrollmentProfile is not null
        && device.Identity?.StartsWith(ReferencePrefix, StringComparison.Ordinal) == true;

    private static QueuedCommand? Queued(Device device)
    {
        foreach (var command in device.Queue)
        {
            if (command.Body is CommandBody.RenewEnrollment)
                return command;
        }

        return null;
    }
}
