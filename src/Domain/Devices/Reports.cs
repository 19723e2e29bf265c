using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>What a device's answers do to the ledger. A result that is repeated or unknown changes nothing.</summary>
public static class Reports
{
    /// <summary>Characters of a device's reason that are kept.</summary>
    private const int DetailMax = 200;

    public static Transition Apply(Device device, CommandReport report, RuleContext context)
    {
        report = report with { Detail = Clip(report.Detail) };
        if (device.Queue.FirstOrDefault(queued => queued.Id == report.Id) is not { } command)
            return Transition.Of(Late(device, report));
        var next = device with { Queue = device.Queue.Remove(command) };
        var ended = new DeviceEvent.CommandEnded(command.Id, command.Body.RequestType, report.Status.ToString(), command.Body.Item, report.Detail);
        var transition = Effect(next, command.Body, report, context);
        return new Transition(transition.Next, transition.Events.Insert(0, ended));
    }

    private static Transition Effect(Device device, CommandBody body, CommandReport report, RuleContext context)
    {
        var done = report.Status == ReportStatus.Acknowledged;
        return body switch
        {
            CommandBody.InstallProfile or CommandBody.InstallApplication or CommandBody.RemoveProfile or CommandBody.RemoveApplication
                => Transition.Of(Tried(device, body, report, context.Now)),
            CommandBody.ProfileList => Transition.Of(report.Content is ReportContent.Profiles profiles && done
                ? Lists.Profiles(device, profiles, context.Now)
                : Lists.Unanswered(device, apps: false, context.Now)),
            CommandBody.ManagedApplicationList => Transition.Of(report.Content is ReportContent.ManagedApps apps && done
                ? Lists.Apps(device, apps, context.Now)
                : Lists.Unanswered(device, apps: true, context.Now)),
            CommandBody.DeviceInformation => Transition.Of(report.Content is ReportContent.Information told && done ? Learn(device, told.Facts.Clipped()) : device),
            CommandBody.RenewEnrollment => Transition.Of(Renewals.Answered(device, report, context.Now)),
            CommandBody.EraseDevice when done => Enrollments.Erased(device, context),
            // Whatever the device says to it: the admin's word stands, and the next request is told that the enrolment is over.
            CommandBody.RemoveEnrollment => Enrollments.Retired(device, context),
            CommandBody.EraseDevice or CommandBody.InstalledApplicationList or CommandBody.CertificateList
                or CommandBody.SecurityInfo or CommandBody.DeviceLock or CommandBody.ClearPasscode or CommandBody.SetDeviceName
                or CommandBody.DeviceConfigured => Transition.Of(device),
            _ => throw new InvalidOperationException($"No effect is defined for {body.RequestType}."),
        };
    }

    /// <summary>An install or removal was answered: accepted means unknown until a list shows it; refused is remembered.</summary>
    private static Device Tried(Device device, CommandBody body, CommandReport report, DateTimeOffset now)
    {
        if (device.Entry(body.Item!.Value) is not { } entry)
            return device;
        var (act, revision) = Queue.ActOf(body);
        var isApp = entry.Delivery is Delivery.ManagedApp;
        if (report.Status == ReportStatus.Acknowledged)
        {
            var accepted = new Attempt(act, revision, Tries: TriesOf(entry, act, revision), LookAt: isApp ? BackOff.LookAt(now, 0) : null);
            return device.WithEntry(entry.With(accepted).Doubted() with { Revision = act == Act.Install ? revision : entry.Revision });
        }

        var refused = Refuse(entry, act, revision, report.Detail ?? report.Status.ToString(), now, again: report.Status == ReportStatus.Error);
        return device.WithEntry(act == Act.Remove ? refused.Doubted() : refused);
    }

    /// <summary>Notes a refusal; one that is our own bug (again = false) is not repeated by itself.</summary>
    internal static LedgerEntry Refuse(LedgerEntry entry, Act act, string? revision, string reason, DateTimeOffset now, bool again = true, bool byPerson = false)
    {
        var tries = TriesOf(entry, act, revision) + 1;
        return entry.With(new Attempt(act, revision, reason, tries, again ? BackOff.RetryAt(now, tries) : null, ByPerson: byPerson));
    }

    private static int TriesOf(LedgerEntry entry, Act act, string? revision) => entry.Tried(act, revision)?.Tries ?? 0;

    /// <summary>A device's words are kept with the device, so they are bounded.</summary>
    private static string? Clip(string? detail) => detail is { Length: > DetailMax } ? detail[..DetailMax] : detail;

    /// <summary>A voided command's result: whatever it says, a list must tell what is there now.</summary>
    private static Device Late(Device device, CommandReport report)
    {
        if (device.Voided.FirstOrDefault(voided => voided.Id == report.Id) is not { } late)
            return device;
        var next = device with { Voided = device.Voided.Remove(late) };
        if (report.Status != ReportStatus.Acknowledged)
            return next;
        var entry = next.Entry(late.Item) ?? new LedgerEntry(late.Item, late.Delivery, Presence.Absent);
        return next.WithEntry(entry.Overtaken() with { Revision = late.Act == Act.Install ? late.Revision : entry.Revision });
    }

    /// <summary>Other facts make a refusal worth another try: the system was updated, the device is supervised now.</summary>
    private static Device Learn(Device device, DeviceFacts told)
    {
        var facts = new DeviceFacts(
            told.Name ?? device.Facts.Name,
            told.SerialNumber ?? device.Facts.SerialNumber,
            told.ProductName ?? device.Facts.ProductName,
            told.Model ?? device.Facts.Model,
            told.OsVersion ?? device.Facts.OsVersion,
            told.BuildVersion ?? device.Facts.BuildVersion,
            told.Supervised ?? device.Facts.Supervised);
        var changed = facts with { Name = device.Facts.Name } != device.Facts;
        return Retries.Forgive(device with { Facts = facts }, (_, _) => changed);
    }
}
