using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>
/// Whether a device can give some answers at once: for each attribute, a value that makes each comparison come out as told is looked for
/// among the constants that they compare with, what is between them, and none. Attributes are taken one by one, but for those that tell
/// how the device was enrolled.
/// </summary>
internal static class Witnesses
{
    private const string Other = "\u25a1";

    private static readonly AttributeId Stand = AttributeId.Parse("witness");

    private static readonly GroupNumbers NoGroups = new([]);

    /// <summary>What devices say of these is one of a few words, and they always say it.</summary>
    private static readonly FrozenDictionary<AttributeId, string[]> Words = new Dictionary<AttributeId, string[]>
    {
        [BuiltInAttributes.Ownership.Id] = ["company", "user"],
        [BuiltInAttributes.Platform.Id] = ["iOS", "macOS", "other"],
    }.ToFrozenDictionary();

    /// <summary>All three are said by the kind of the enrolment.</summary>
    private static readonly FrozenSet<AttributeId> OfKind =
        new[] { BuiltInAttributes.EnrollmentType.Id, BuiltInAttributes.ViaUserEnrollment.Id, BuiltInAttributes.ViaAutomatedEnrollment.Id }.ToFrozenSet();

    public static bool Exist(Dictionary<Rule, bool> answers, CatalogSnapshot catalog) => answers
        .Where(answer => answer.Key is Rule.Compare)
        .Select(answer => (Compare: (Rule.Compare)answer.Key, Holds: answer.Value))
        .GroupBy(answer => OfKind.Contains(answer.Compare.Attribute) ? BuiltInAttributes.EnrollmentType.Id : answer.Compare.Attribute)
        .All(attribute => attribute.Key == BuiltInAttributes.EnrollmentType.Id
            ? KindExists([.. attribute])
            : Exists(catalog.Compiled.Attributes.Find(attribute.Key), [.. attribute]));

    private static bool KindExists(ImmutableArray<(Rule.Compare Compare, bool Holds)> wanted)
    {
        var rules = Compile(wanted, AttributeTable.BuiltIn);
        return Enum.GetValues<EnrollmentKind>().Any(kind => Fits(Anyones with { Kind = kind }, rules, CatalogSnapshot.Empty.Compiled));
    }

    private static bool Exists(AttributeDefinition? attribute, ImmutableArray<(Rule.Compare Compare, bool Holds)> wanted)
    {
        if (attribute is null)
            return wanted.All(want => !want.Holds);
        var table = new AttributeTable([attribute with { Id = Stand, Name = Stand.Value, BuiltIn = false }]);
        var catalog = (CatalogSnapshot.Empty with { Attributes = [table.Find(Stand)!], Today = DateOnly.MinValue.AddDays(RuleLimits.DaysMax + 2) }).Compiled;
        var rules = Compile([.. wanted.Select(want => (want.Compare with { Attribute = Stand }, want.Holds))], table);
        ImmutableArray<string> constants = [.. wanted.SelectMany(want => want.Compare.Values).Distinct(StringComparer.OrdinalIgnoreCase)];
        var candidates = Words.GetValueOrDefault(attribute.Id) ?? Candidates(attribute.Type, constants, wanted).Append(null);
        return candidates.Any(text => Fits(With(text, attribute.Type, catalog), rules, catalog));
    }

    private static Subject Anyones { get; } = new(default, DeviceFacts.None, [], Owner.NobodySince(default));

    private static Subject With(string? text, AttributeType type, CompiledCatalog catalog) => (text, type) switch
    {
        (null, _) => Anyones,
        (_, AttributeType.Date) => Anyones with
        {
            EnrolledAt = new DateTimeOffset(catalog.Today.AddDays(-int.Parse(text, CultureInfo.InvariantCulture)), TimeOnly.MinValue, TimeSpan.Zero),
        },
        _ => Anyones with { Attributes = [new AttributeValue(Stand, text)] },
    };

    private static ImmutableArray<(CompiledRule Rule, bool Holds)> Compile(ImmutableArray<(Rule.Compare Compare, bool Holds)> wanted, AttributeTable attributes) =>
        [.. wanted.Select(want => (CompiledRule.Of(want.Compare, attributes, NoGroups, NoGroups), want.Holds))];

    private static bool Fits(Subject subject, ImmutableArray<(CompiledRule Rule, bool Holds)> rules, CompiledCatalog catalog)
    {
        using var groups = new Memberships(catalog.UserGroups.Count + catalog.DeviceGroups.Count);
        var at = new Evaluation(catalog, subject, groups.Span);
        foreach (var (rule, holds) in rules)
        {
            if (rule.Holds(ref at) != holds)
                return false;
        }

        return true;
    }

    private static IEnumerable<string?> Candidates(AttributeType type, ImmutableArray<string> constants, ImmutableArray<(Rule.Compare Compare, bool Holds)> wanted) => type switch
    {
        AttributeType.Text => [.. constants, .. constants.Select(constant => constant + Other), .. constants.Select(constant => Other + constant), Other, Everything(wanted)],
        AttributeType.Number => Between([.. constants.Select(constant => decimal.Parse(constant, CultureInfo.InvariantCulture)).Order()]),
        AttributeType.Version => [.. constants, .. constants.Select(JustAbove), "0", "999999999"],
        AttributeType.Date => [.. constants, .. constants.Select(days => (int.Parse(days, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture))],
        AttributeType.Boolean => ["true", "false"],
        _ => throw new InvalidOperationException("AttributeType is a closed set."),
    };

    /// <summary>A text that starts and contains as it is wanted to.</summary>
    private static string Everything(ImmutableArray<(Rule.Compare Compare, bool Holds)> wanted) => string.Join(
        Other,
        wanted.Where(want => want is { Holds: true, Compare.Comparison: Comparison.StartsWith }).Select(want => want.Compare.Values[0]).OrderByDescending(text => text.Length).Take(1)
            .Concat(wanted.Where(want => want is { Holds: true, Compare.Comparison: Comparison.Contains }).Select(want => want.Compare.Values[0])));

    private static IEnumerable<string?> Between(ImmutableArray<decimal> sorted)
    {
        for (var i = 0; i < sorted.Length; i++)
        {
            yield return Text(sorted[i]);
            if (i > 0)
                yield return Text(sorted[i - 1] + ((sorted[i] - sorted[i - 1]) / 2));
        }

        yield return sorted.IsEmpty ? "0" : Text(sorted[0] - 1);
        yield return sorted.IsEmpty ? "0" : Text(sorted[^1] + 1);
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>17.0 becomes 17.0.0.0.0.0.0.1: nothing that is asked for lies between the two, but for one more of these.</summary>
    private static string JustAbove(string version)
    {
        var parts = version.Split('.');
        return parts.Length == Versions.PartsMax ? version : string.Join('.', [.. parts, .. Enumerable.Repeat("0", Versions.PartsMax - 1 - parts.Length), "1"]);
    }
}
