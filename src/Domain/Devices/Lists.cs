using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Configurations;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>
/// A list query settles what is unknown: it is the only thing that proves presence or absence. Items that are not in the ledger are
/// nobody's business here.
/// </summary>
public static class Lists
{
    private static readonly HashSet<string> OnItsWay = new(StringComparer.Ordinal)
    {
        "NeedsRedemption", "Redeeming", "Prompting", "PromptingForLogin", "ValidatingPurchase", "PromptingForUpdate",
        "PromptingForUpdateLogin", "PromptingForManagement", "ValidatingUpdate", "Updating", "Queued", "Installing",
    };

    public static Device Profiles(Device device, ReportContent.Profiles list, DateTimeOffset now)
    {
        foreach (var entry in device.Ledger)
        {
            if (entry.Delivery is Delivery.Profile profile)
                device = device.WithEntry(Seen(entry, profile.Identifier, list, now));
        }

        return device;
    }

    public static Device Apps(Device device, ReportContent.ManagedApps list, DateTimeOffset now)
    {
        foreach (var entry in device.Ledger)
        {
            if (entry.Delivery is Delivery.ManagedApp app)
                device = device.WithEntry(Seen(entry, list.Apps.FirstOrDefault(reported => reported.BundleId == app.BundleId)?.Status, now));
        }

        return device;
    }

    /// <summary>The device would not give the list: asked again later, ever more rarely.</summary>
    public static Device Unanswered(Device device, bool apps, DateTimeOffset now)
    {
        foreach (var entry in device.Ledger)
        {
            if (entry.Presence == Presence.Unknown && entry.Delivery is Delivery.ManagedApp == apps && entry.Last is { } last)
                device = device.WithEntry(LookLater(entry, last, now));
        }

        return device;
    }

    private static LedgerEntry Seen(LedgerEntry entry, string identifier, ReportContent.Profiles list, DateTimeOffset now)
    {
        if (list.Installed.FirstOrDefault(reported => reported.Identifier == identifier) is not { } installed)
            return Gone(entry, now);
        var revision = new[] { entry.Last?.Revision, entry.OtherRefusal?.Revision, entry.Revision }.FirstOrDefault(known => known is not null && ProfileUuid.For(identifier, known) == installed.Uuid);
        return There(entry, revision, now);
    }

    private static LedgerEntry Seen(LedgerEntry entry, string? status, DateTimeOffset now) => status switch
    {
        "Managed" => There(entry, entry.Last is { Act: Act.Install, Refusal: null } last ? last.Revision : entry.Revision, now),
        "UpdateRejected" => Rejected(entry, status, now) with { Presence = Presence.Present },
        "UserRejected" or "ManagementRejected" or "Failed" => Rejected(entry, status, now) with { Presence = Presence.Absent },
        not null when OnItsWay.Contains(status) => Arriving(entry, now),
        _ => Gone(entry, now),
    };

    private static LedgerEntry There(LedgerEntry entry, string? revision, DateTimeOffset now)
    {
        var refuted = entry.OtherRefusal is { Act: Act.Install } other && other.Revision == revision;
        var seen = entry with { Presence = Presence.Present, Revision = revision, OtherRefusal = refuted ? null : entry.OtherRefusal };
        return entry.Last switch
        {
            { Act: Act.Install } last when last.Revision == revision => seen with { Last = null, OtherRefusal = null },
            { Act: Act.Install, Refusal: null } last => Contradicted(seen, last, "another revision stays on the device", now),
            { Act: Act.Remove, Refusal: null } last => Contradicted(seen, last, "still on the device after its removal", now),
            _ => seen,
        };
    }

    private static LedgerEntry Gone(LedgerEntry entry, DateTimeOffset now)
    {
        var gone = entry with { Presence = Presence.Absent, Revision = null };
        return entry.Last switch
        {
            { Act: Act.Install, Refusal: null } last => Contradicted(gone, last, "not on the device after its install", now),
            { Act: Act.Remove } => gone.WithoutLast(),
            _ => gone with { OtherRefusal = null },
        };
    }

    /// <summary>A list speaks against an accepted command: looked at again a few times, then it counts as refused.</summary>
    private static LedgerEntry Contradicted(LedgerEntry seen, Attempt last, string reason, DateTimeOffset now) =>
        last.Looks + 1 < BackOff.ContradictionsMax ? LookLater(seen.Doubted() with { Revision = last.Act == Act.Install ? last.Revision : seen.Revision }, last, now)
            : Reports.Refuse(seen, last.Act, last.Revision, reason, now);

    private static LedgerEntry Arriving(LedgerEntry entry, DateTimeOffset now) => entry.Last switch
    {
        { Act: Act.Install, Refusal: null } last when last.Looks >= BackOff.LooksMax =>
            Reports.Refuse(entry.Doubted(), Act.Install, last.Revision, "the install did not finish", now) with { Presence = Presence.Absent },
        { Act: Act.Remove, Refusal: null } last => Contradicted(entry, last, "still on its way after its removal", now),
        { } last => LookLater(entry.Doubted(), last, now),
        null => entry.Doubted(),
    };

    private static LedgerEntry Rejected(LedgerEntry entry, string status, DateTimeOffset now) =>
        entry.Last is { Act: Act.Install, Refusal: null } last
            ? Reports.Refuse(entry, Act.Install, last.Revision, status, now, byPerson: status != "Failed")
            : entry;

    private static LedgerEntry LookLater(LedgerEntry entry, Attempt last, DateTimeOffset now) =>
        entry with { Last = last with { Looks = last.Looks + 1, LookAt = BackOff.LookAt(now, last.Looks + 1) } };
}
