using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Previews;

/// <summary>
/// The reasons of the rules and groups of one explanation. Bounded: a group's rule is told once, however often it is named, and all of
/// them together are few enough to be read. Each part of a rule is evaluated once, as whether a whole holds follows from its parts.
/// </summary>
internal sealed class RuleReasons(CatalogSnapshot catalog, Subject subject)
{
    /// <summary>Reasons in one another: an answer of the API holds two levels of JSON for each, of 64.</summary>
    private const int DepthMax = 24;

    private const int TextLengthMax = 500;

    private readonly CompiledCatalog _compiled = catalog.Compiled;

    private readonly HashSet<GroupRef> _in =
    [
        .. catalog.Compiled.GroupsOf(subject, ofUsers: false).Select(group => new GroupRef(true, group)),
        .. catalog.Compiled.GroupsOf(subject, ofUsers: true).Select(group => new GroupRef(false, group)),
    ];

    private readonly Dictionary<GroupRef, Group> _groups = catalog.DeviceGroups.Select(group => (Key: new GroupRef(true, group.Id), group))
        .Concat(catalog.UserGroups.Select(group => (Key: new GroupRef(false, group.Id), group)))
        .DistinctBy(known => known.Key)
        .ToDictionary(known => known.Key, known => known.group);

    private readonly HashSet<GroupRef> _told = [];

    private int _count;

    /// <summary>Why a rule holds, or not: each comparison with the value that it met.</summary>
    public Reason Of(Rule rule, int depth)
    {
        _count++;
        switch (rule)
        {
            case Rule.AllOf all:
                var (every, parts) = Joined(all.Rules, any: false, depth + 1);
                return new Reason("all", every, "all of", parts);
            case Rule.AnyOf any:
                var (some, ways) = Joined(any.Rules, any: true, depth + 1);
                return new Reason("any", some, "one of", ways);
            case Rule.Not not:
                var (inner, why) = Joined([not.Inner], any: false, depth + 1);
                return new Reason("not", !inner, "not", why);
            case Rule.InUserGroup user:
                return Membership(new GroupRef(false, user.Group), depth);
            case Rule.InDeviceGroup device:
                return Membership(new GroupRef(true, device.Group), depth);
            case Rule.Compare compare:
                return Reason.Of("compare", _compiled.Holds(compare, subject), $"{Short(RuleText.Print(compare, _compiled.Attributes))} ({Met(compare)})");
            default:
                throw new InvalidOperationException("Rule is a closed family.");
        }
    }

    /// <summary>Whether all of some rules hold, or any, and the reasons; of those that are told no more only whether they hold.</summary>
    public (bool Holds, ImmutableArray<Reason> Because) Joined(ImmutableArray<Rule> rules, bool any, int depth)
    {
        var holds = !any;
        var because = ImmutableArray.CreateBuilder<Reason>();
        for (var i = 0; i < rules.Length; i++)
        {
            if (_count >= Explanation.ReasonsMax || depth > DepthMax)
            {
                var rest = Rest(any ? new Rule.AnyOf(rules[i..]) : new Rule.AllOf(rules[i..]), because);
                return (any ? holds || rest : holds && rest, because.ToImmutable());
            }

            because.Add(Of(rules[i], depth));
            holds = any ? holds || because[^1].Holds : holds && because[^1].Holds;
        }

        return (holds, because.ToImmutable());
    }

    /// <summary>Said once where the reasons are too many, and wherever they lie too deep.</summary>
    private bool Rest(Rule rest, ImmutableArray<Reason>.Builder because)
    {
        var holds = _compiled.Holds(rest, subject);
        if (_count <= Explanation.ReasonsMax)
            because.Add(Reason.Of("more", holds, "…and more"));
        _count++;
        return holds;
    }

    private Reason Membership(GroupRef group, int depth)
    {
        var known = _groups.GetValueOrDefault(group);
        var isIn = _in.Contains(group);
        var who = group.OfDevices ? "the device" : subject.Owner.IsNobody ? "nobody" : subject.Owner.User.Value;
        var text = $"{who} is {(isIn ? "" : "not ")}in {group}";
        if (known is null)
            return Reason.Of("group", isIn, group.Id == GroupId.Everyone ? text : $"{text}, which is no more");
        if (known.Rule is not { } rule)
            return Reason.Of("group", isIn, text);
        return _told.Add(group) ? new Reason("group", isIn, text, Joined([rule], any: false, depth + 1).Because) : Reason.Of("group", isIn, $"{text}, as told elsewhere");
    }

    private string Met(Rule.Compare compare) => _compiled.ValueOf(compare.Attribute, subject) is { Length: > 0 } value ? $"it is \"{value}\"" : "there is no value";

    private static string Short(string text) => text.Length <= TextLengthMax ? text : $"{text.AsSpan(0, TextLengthMax)}…";
}
