using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Policies;

/// <summary>Finds what can't be judged, before a policy is published. Fields are named as in the API.</summary>
public static class PolicyCheck
{
    private const int RulesMax = 16;
    private const int AppsMax = 500;
    private const int BundleIdCharsMax = 155;
    private const int VersionCharsMax = 32;

    public static IEnumerable<(string Field, string Message)> Check(Policy policy) => policy.Rules.IsDefaultOrEmpty || policy.Rules.Length > RulesMax
        ? [("rules", $"A policy has 1 to {RulesMax} rules.")]
        : policy.Rules.SelectMany((rule, at) => Check($"rules[{at}]", rule));

    private static IEnumerable<(string Field, string Message)> Check(string field, PolicyRule rule) => rule switch
    {
        PolicyRule.RequiredOs os => CheckOs(field, os),
        PolicyRule.AllowedApps apps => CheckApps(field, apps.Mode, apps.BundleIds.IsDefault ? [] : apps.BundleIds),
        _ => [(field, "This is no rule.")],
    };

    private static IEnumerable<(string Field, string Message)> CheckOs(string field, PolicyRule.RequiredOs os)
    {
        if (os.Platform is not (Devices.Platform.IOS or Devices.Platform.MacOS))
            yield return ($"{field}.platform", "The platform is iOS or macOS.");
        if (os.MinVersion.Length > VersionCharsMax || !Versions.IsVersion(os.MinVersion))
            yield return ($"{field}.minVersion", "A version is numbers with dots between, as 17.4.1.");
    }

    private static IEnumerable<(string Field, string Message)> CheckApps(string field, AppsMode mode, ImmutableArray<string> bundleIds)
    {
        if (!Enum.IsDefined(mode))
            yield return ($"{field}.mode", "The mode is allow or deny.");
        if (bundleIds.Length > AppsMax || (bundleIds.IsEmpty && mode == AppsMode.Deny))
            yield return ($"{field}.bundleIds", $"There are 1 to {AppsMax} apps; only an allow list may be empty.");
        if (bundleIds.Any(id => id?.Length is null or 0 or > BundleIdCharsMax || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')))
            yield return ($"{field}.bundleIds", $"A bundle identifier is 1 to {BundleIdCharsMax} letters, digits, dots and hyphens.");
    }
}
