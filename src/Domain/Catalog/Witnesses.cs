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
/// how the device was enrolled. After so many steps, each one comparison of one value, a device is taken to exist.
/// </summary>
internal sealed class Witnesses(AttributeTable attributes, int stepsMax)
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

    /// <summary>A catalog by type whose only attribute, of that type, stands for the one looked at.</summary>
    private static readonly FrozenDictionary<AttributeType, CompiledCatalog> Stands = Enum.GetValues<AttributeType>().ToFrozenDictionary(type => type, type =>
        (CatalogSnapshot.Empty with
        {
            Attributes = [new AttributeDefinition(Stand, Stand.Value, AttributeScope.Device, type)],
            Today = DateOnly.MinValue.AddDays(RuleLimits.DaysMax + 2),
        }).Compiled);

    private readonly Dictionary<AttributeId, List<Wanted>> _wanted = [];
    private readonly Dictionary<Rule.Compare, CompiledRule> _compiled = [];
    private int _steps;

    /// <summary>A comparison, ready to be tried, and how it shall come out.</summary>
    private sealed record Wanted(Rule.Compare Compare, CompiledRule Rule, bool Holds);

    public void Add(Rule.Compare compare, bool holds)
    {
        if (!_wanted.TryGetValue(Key(compare.Attribute), out var wanted))
            _wanted[Key(compare.Attribute)] = wanted = [];
        wanted.Add(new Wanted(compare, Compiled(compare), holds));
    }

    /// <summary>Takes back what was added last of this attribute.</summary>
    public void Remove(Rule.Compare compare)
    {
        var wanted = _wanted[Key(compare.Attribute)];
        wanted.RemoveAt(wanted.Count - 1);
    }

    /// <summary>Whether there is a device for all that was added of an attribute.</summary>
    public bool Exist(AttributeId attribute)
    {
        var wanted = _wanted[Key(attribute)];
        if (OfKind.Contains(attribute))
            return Enum.GetValues<EnrollmentKind>().Any(kind => Fits(Anyones with { Kind = kind }, wanted, CatalogSnapshot.Empty.Compiled));
        if (attributes.Find(attribute) is not { } definition)
            return wanted.All(want => !want.Holds);
        return Candidates(definition, wanted).Any(text => Fits(With(text, definition.Type), wanted, Stands[definition.Type]));
    }

    private static AttributeId Key(AttributeId attribute) => OfKind.Contains(attribute) ? BuiltInAttributes.EnrollmentType.Id : attribute;

    private CompiledRule Compiled(Rule.Compare compare)
    {
        if (_compiled.TryGetValue(compare, out var known))
            return known;
        _steps += compare.Values.Length;
        return _compiled[compare] = OfKind.Contains(compare.Attribute)
            ? CompiledRule.Of(compare, AttributeTable.BuiltIn, NoGroups, NoGroups)
            : CompiledRule.Of(compare with { Attribute = Stand }, attributes.Find(compare.Attribute) is { } of ? Stands[of.Type].Attributes : AttributeTable.BuiltIn, NoGroups, NoGroups);
    }

    private static Subject Anyones { get; } = new(default, DeviceFacts.None, [], Owner.NobodySince(default));

    private static Subject With(string? text, AttributeType type) => (text, type) switch
    {
        (null, _) => Anyones,
        (_, AttributeType.Date) => Anyones with
        {
            EnrolledAt = new DateTimeOffset(Stands[type].Today.AddDays(-int.Parse(text, CultureInfo.InvariantCulture)), TimeOnly.MinValue, TimeSpan.Zero),
        },
        _ => Anyones with { Attributes = [new AttributeValue(Stand, text)] },
    };

    private bool Fits(Subject subject, List<Wanted> wanted, CompiledCatalog catalog)
    {
        using var groups = new Memberships(catalog.UserGroups.Count + catalog.DeviceGroups.Count);
        var at = new Evaluation(catalog, subject, groups.Span);
        foreach (var want in wanted)
        {
            if (++_steps > stepsMax)
                return true;
            if (want.Rule.Holds(ref at) != want.Holds)
                return false;
        }

        return true;
    }

    private static IEnumerable<string?> Candidates(AttributeDefinition attribute, List<Wanted> wanted)
    {
        if (Words.GetValueOrDefault(attribute.Id) is { } words)
            return words;
        var constants = wanted.SelectMany(want => want.Compare.Values).Distinct(StringComparer.OrdinalIgnoreCase);
        return Candidates(attribute.Type, constants, wanted).Append(null);
    }

    private static IEnumerable<string?> Candidates(AttributeType type, IEnumerable<string> constants, List<Wanted> wanted) => type switch
    {
        AttributeType.Text => constants.SelectMany(constant => (string[])[constant, constant + Other, Other + constant]).Append(Other).Append(Everything(wanted)),
        AttributeType.Number => Between([.. constants.Select(constant => decimal.Parse(constant, CultureInfo.InvariantCulture)).Order()]),
        AttributeType.Version => constants.SelectMany(constant => (string[])[constant, JustAbove(constant)]).Append("0").Append("999999999"),
        AttributeType.Date => constants.SelectMany(days => (string[])[days, (int.Parse(days, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture)]),
        AttributeType.Boolean => ["true", "false"],
        _ => throw new InvalidOperationException("AttributeType is a closed set."),
    };

    /// <summary>A text that starts and contains as it is wanted to.</summary>
    private static string Everything(List<Wanted> wanted) => string.Join(
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
