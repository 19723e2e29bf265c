using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>What an Authenticate brings: apple/protocol-notes.md, section 2.1. Groups and profile come from the enrolment token.</summary>
public sealed record AuthenticateFacts(
    EnrollmentKind Kind,
    DeviceFacts Facts,
    string Identity,
    string? EnrollmentProfile,
    ImmutableArray<GroupId> Groups,
    string SignInToken,
    DateTimeOffset? IdentityExpiresAt = null,
    Ownership? Ownership = null,
    UserName? RegisteredBy = null);

/// <summary>The rules by which a device comes and goes.</summary>
public static class Enrollments
{
    /// <summary>
    /// A new enrolment or a re-enrolment, but for a device that renews its certificate: the old channel and queue are void, whoever held
    /// the device holds it no more, and what the ledger says must be shown anew. Another identity also gets another sign-in address: whoever knew the old one knows it no more.
    /// Repeated before the first TokenUpdate it changes nothing but the facts.
    /// </summary>
    public static Transition Authenticate(Device device, AuthenticateFacts facts, RuleContext context)
    {
        var signIn = device.Identity == facts.Identity ? device.SignInToken ?? facts.SignInToken : facts.SignInToken;
        var told = device with { Kind = facts.Kind, Facts = Merge(device.Facts, facts.Facts.Clipped()), SignInToken = signIn };
        if (Renewals.Explains(device, facts, context))
            return Renewals.Present(told, facts.IdentityExpiresAt, context);
        told = told with { IdentityExpiresAt = facts.IdentityExpiresAt };
        if (device.Status == EnrollmentStatus.Pending && device.Identity == facts.Identity)
            return Transition.Of(told);

        var voided = Queue.VoidAll(told, _ => true, context);
        var next = voided.Next with
        {
            Status = EnrollmentStatus.Pending,
            Identity = facts.Identity,
            EnrollmentProfile = facts.EnrollmentProfile,
            Groups = device.Status == EnrollmentStatus.Unknown ? facts.Groups : Joined(device.Groups, facts.Groups),
            Ownership = facts.Ownership ?? device.Ownership,
            RegisteredBy = facts.RegisteredBy,
            Push = null,
            Renewal = null,
            AppWatch = null,
            Ledger = [.. voided.Next.Ledger.Select(entry => entry with { Presence = Presence.Unknown, Last = null })],
        };
        var released = device.Status == EnrollmentStatus.Unknown
            ? Transition.Of(next with { Owner = Owner.NobodySince(context.Now) })
            : Sessions.Release(next, "re-enrolment", context);
        return new Transition(released.Next, voided.Events.AddRange(released.Events));
    }

    /// <summary>The groups that it was in and those that it enrols into; where they are too many, the oldest go.</summary>
    private static ImmutableArray<GroupId> Joined(ImmutableArray<GroupId> groups, ImmutableArray<GroupId> more) =>
        [.. groups.Except(more).TakeLast(Math.Max(0, Device.GroupsMax - more.Length)), .. more];

    /// <summary>
    /// A push channel. The first one after Authenticate is the proof of the enrolment. One that changes nothing gives back the same
    /// instance, so that nothing is written.
    /// </summary>
    public static Transition TokenUpdate(Device device, string topic, ReadOnlySpan<byte> token, string magic, bool awaitingConfiguration, RuleContext context)
    {
        var same = device.Push is { InvalidSince: null } push && push.Same(topic, token, magic);
        if (same && device.IsManaged && !awaitingConfiguration)
            return Transition.Of(device);
        var next = same ? device : device with { Push = new PushChannel(topic, token.ToArray(), magic, context.Now) };
        if (awaitingConfiguration && !next.Queue.Any(queued => queued.Body is CommandBody.DeviceConfigured))
            next = Ask(next, new CommandBody.DeviceConfigured(), context);
        if (device.IsManaged)
            return Transition.Of(next);

        next = next with { Status = EnrollmentStatus.Enrolled, EnrolledAt = context.Now };
        next = Ask(Ask(next, new CommandBody.DeviceInformation([]), context), new CommandBody.SecurityInfo(), context);
        return Transition.Of(next, new DeviceEvent.Enrolled(next.Epoch, Again: device.EnrolledAt != default));
    }

    /// <summary>The device removed its enrolment: nothing more is sent, and all that was managed went with it. Repeated it changes nothing.</summary>
    public static Transition CheckOut(Device device, RuleContext context) => device.Status switch
    {
        EnrollmentStatus.Unknown or EnrollmentStatus.CheckedOut or EnrollmentStatus.Retired => Transition.Of(device),
        EnrollmentStatus.Retiring => Retired(device, context),
        EnrollmentStatus.Pending or EnrollmentStatus.Enrolled => Leave(device, "CheckOut", context),
        _ => throw new InvalidOperationException($"No rule for {device.Status}."),
    };

    /// <summary>EraseDevice was acknowledged.</summary>
    public static Transition Erased(Device device, RuleContext context) => Leave(device, "erased", context);

    /// <summary>The one act that ends an enrolment from here: an admin's. Null = there is nothing to end.</summary>
    public static Transition? Retire(Device device, RuleContext context)
    {
        if (device.Status is EnrollmentStatus.Unknown or EnrollmentStatus.Retiring or EnrollmentStatus.Retired)
            return null;
        if (device.Status is EnrollmentStatus.CheckedOut or EnrollmentStatus.Pending || device.EnrollmentProfile is not { } profile)
            return Retired(device, context);
        var removal = new CommandBody.RemoveEnrollment(profile);
        var voided = Queue.VoidAll(device, _ => true, context);
        var released = Sessions.Release(voided.Next with { Status = EnrollmentStatus.Retiring }, "retired", context);
        return new Transition(Ask(released.Next, removal, context), voided.Events.AddRange(released.Events));
    }

    /// <summary>An admin's end of the enrolment is reached: whoever held the device holds it no more, and all that was managed goes with it.</summary>
    public static Transition Retired(Device device, RuleContext context)
    {
        var voided = Queue.VoidAll(device, _ => true, context);
        var emptied = Emptied(voided.Next);
        var released = device.Owner.IsNobody ? Transition.Of(emptied) : Sessions.Release(emptied, "retired", context);
        var clean = HandOvers.Settle(released.Next, ImmutableDictionary<ItemId, Item>.Empty, context.Now);
        return new Transition(
            clean.Next with { Status = EnrollmentStatus.Retired },
            [.. voided.Events, .. released.Events, .. clean.Events, new DeviceEvent.Retired()]);
    }

    /// <summary>APNs says that the token is inactive since a time: pushes stop unless a newer TokenUpdate came (section 4).</summary>
    public static Device PushRefused(Device device, DateTimeOffset since) =>
        device.Push is { InvalidSince: null } push && push.UpdatedAt <= since ? device with { Push = push with { InvalidSince = since } } : device;

    private static Transition Leave(Device device, string reason, RuleContext context)
    {
        var voided = Queue.VoidAll(device, _ => true, context);
        var released = Sessions.Release(Emptied(voided.Next), reason, context);
        var clean = HandOvers.Settle(released.Next, ImmutableDictionary<ItemId, Item>.Empty, context.Now);
        return new Transition(
            clean.Next with { Status = EnrollmentStatus.CheckedOut },
            [.. voided.Events, .. released.Events, .. clean.Events, new DeviceEvent.CheckedOut(reason)]);
    }

    private static Device Emptied(Device device) => device with { Queue = [], Voided = [], Ledger = [], Push = null };

    private static Device Ask(Device device, CommandBody body, RuleContext context) =>
        Queue.Enqueue(device with { Status = device.IsManaged ? device.Status : EnrollmentStatus.Enrolled }, body, context) is EnqueueOutcome.Queued queued
            ? queued.Next with { Status = device.Status }
            : device;

    private static DeviceFacts Merge(DeviceFacts known, DeviceFacts told) => new(
        told.Name ?? known.Name,
        told.SerialNumber ?? known.SerialNumber,
        told.ProductName ?? known.ProductName,
        told.Model ?? known.Model,
        told.OsVersion ?? known.OsVersion,
        told.BuildVersion ?? known.BuildVersion,
        known.Supervised);
}
