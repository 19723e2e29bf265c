using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Policies;

/// <summary>The apps that a device listed. Complete = false: it has more of them than are kept.</summary>
public sealed record InstalledApps(ImmutableHashSet<string> BundleIds, bool Complete);

/// <summary>How a device stands to a policy. A closed family.</summary>
public abstract record Compliance
{
    /// <summary>Apps that are named; the rest is counted.</summary>
    private const int ReasonsMax = 20;

    private Compliance()
    {
    }

    /// <summary>Every rule is kept.</summary>
    public sealed record Compliant : Compliance;

    /// <summary>At least one rule is broken, whatever can't be told of the others.</summary>
    public sealed record Violated(ImmutableArray<string> Reasons) : Compliance;

    /// <summary>No rule is known to be broken, and of some it can't be told.</summary>
    public sealed record Unknown(ImmutableArray<string> Reasons) : Compliance;

    /// <summary>Judges a device. Apps null = it has not listed them since the policy applies.</summary>
    public static Compliance Of(Policy policy, DeviceFacts facts, InstalledApps? apps)
    {
        var verdicts = policy.Rules.Select(rule => rule switch
        {
            PolicyRule.RequiredOs os => OfOs(os, facts),
            PolicyRule.AllowedApps list => OfApps(list, apps),
            _ => throw new InvalidOperationException($"No judgement of {rule}."),
        }).ToList();
        var reasons = verdicts.OfType<Violated>().SelectMany(verdict => verdict.Reasons).ToImmutableArray();
        var unknown = verdicts.OfType<Unknown>().SelectMany(verdict => verdict.Reasons).ToImmutableArray();
        return reasons.Length > 0 ? new Violated(reasons) : unknown.Length > 0 ? new Unknown(unknown) : new Compliant();
    }

    private static Compliance OfOs(PolicyRule.RequiredOs rule, DeviceFacts facts)
    {
        if (facts.Platform != rule.Platform)
            return new Compliant();
        return Versions.Compare(facts.OsVersion ?? "", rule.MinVersion) switch
        {
            _ when string.IsNullOrEmpty(facts.OsVersion) => new Unknown(["The device has not told the version of its system."]),
            null => new Unknown([$"The device runs {facts.OsVersion}, which can't be compared with {rule.MinVersion}."]),
            < 0 => new Violated([$"The system is {facts.OsVersion}; at least {rule.MinVersion} is required."]),
            _ => new Compliant(),
        };
    }

    private static Compliance OfApps(PolicyRule.AllowedApps rule, InstalledApps? apps)
    {
        if (apps is null)
            return new Unknown(["The device has not listed its apps since the policy applies."]);
        var listed = rule.BundleIds.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var wrong = apps.BundleIds.Where(app => listed.Contains(app) == (rule.Mode == AppsMode.Deny)).Order(StringComparer.Ordinal).ToList();
        if (wrong.Count > 0)
            return new Violated([.. wrong.Take(ReasonsMax).Select(app => $"The app {app} is not allowed."), .. More(wrong.Count)]);
        return apps.Complete ? new Compliant() : new Unknown(["The device has more apps than are kept of its list."]);
    }

    private static IEnumerable<string> More(int count) => count > ReasonsMax ? [$"{count - ReasonsMax} more apps are not allowed."] : [];
}
