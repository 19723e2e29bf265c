using System.Collections.Immutable;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>
/// Whether some device that is nobody's can have what is distributed (MU-11). What rules ask of the person is known, as nobody's facts are;
/// what they ask of the device is open, so both answers are tried, each question once. The values of one attribute that are taken together
/// must be ones that a device can have.
/// </summary>
internal sealed class NobodyReach(CatalogSnapshot catalog)
{
    /// <summary>Answers tried before a device is taken to exist: a warning that is wrong is worse than one that is missing.</summary>
    private const int TriesMax = 2_000;

    /// <summary>Parts of rules looked at, and comparisons tried on values, before that: some milliseconds.</summary>
    private const int StepsMax = 50_000;

    private readonly Dictionary<GroupId, Rule?> _deviceGroups = catalog.DeviceGroups.ToDictionary(group => group.Id, group => group.Rule);

    /// <summary>Questions of the device with the answers under trial.</summary>
    private readonly Dictionary<Rule, bool> _answers = [];

    /// <summary>Device groups settled under these answers: a group that many ask for is looked at once.</summary>
    private readonly Dictionary<GroupId, bool?> _settled = [];

    /// <summary>Comparisons of the person: they come out the same in every try.</summary>
    private readonly Dictionary<Rule.Compare, bool?> _ofPerson = [];

    private readonly Witnesses _witnesses = new(catalog.Compiled.Attributes, StepsMax);

    private Rule? _open;
    private int _tries;
    private int _steps;

    public bool Of(Distribution distribution)
    {
        var filter = distribution.Filter ?? new Rule.AllOf([]);
        return distribution switch
        {
            Distribution.All => CanHold(filter),
            Distribution.None => false,
            Distribution.Custom custom => CanHold(new Rule.AllOf([In(custom.UserGroups, custom.DeviceGroups), new Rule.Not(In(custom.ExceptUserGroups, custom.ExceptDeviceGroups)), filter])),
            _ => throw new InvalidOperationException("An unknown distribution."),
        };
    }

    private static Rule.AnyOf In(ImmutableArray<GroupId> userGroups, ImmutableArray<GroupId> deviceGroups) =>
        new([.. userGroups.Select(group => new Rule.InUserGroup(group)), .. deviceGroups.Select(group => new Rule.InDeviceGroup(group))]);

    private bool CanHold(Rule rule)
    {
        _open = null;
        _settled.Clear();
        if (Holds(rule) is { } known)
            return known;
        if (++_tries > TriesMax || _steps > StepsMax || _open is not { } question)
            return true;
        foreach (var answer in (bool[])[true, false])
        {
            _answers[question] = answer;
            if (Answered(question, answer, rule))
                return true;
        }

        _answers.Remove(question);
        return false;
    }

    /// <summary>Whether devices can answer so, as far as the attribute goes that was asked for last, and the rule can hold then.</summary>
    private bool Answered(Rule question, bool answer, Rule rule)
    {
        if (question is not Rule.Compare compare)
            return CanHold(rule);
        _witnesses.Add(compare, answer);
        var can = _witnesses.Exist(compare.Attribute) && CanHold(rule);
        _witnesses.Remove(compare);
        return can;
    }

    /// <summary>Null = it depends on a question that is open.</summary>
    private bool? Holds(Rule rule) => ++_steps > StepsMax ? null : rule switch
    {
        Rule.AllOf all => Joined(all.Rules, stop: false),
        Rule.AnyOf any => Joined(any.Rules, stop: true),
        Rule.Not not => !Holds(not.Inner),
        Rule.InUserGroup user => catalog.Compiled.IsInUserGroup(catalog.Compiled.Nobody, user.Group),
        Rule.InDeviceGroup device when _deviceGroups.GetValueOrDefault(device.Group) is { } inner => Settle(device.Group, inner),
        Rule.Compare compare when OfPerson(compare) is { } known => known,
        _ => Answer(rule),
    };

    private bool? OfPerson(Rule.Compare compare)
    {
        if (_ofPerson.TryGetValue(compare, out var holds))
            return holds;
        return _ofPerson[compare] = catalog.Compiled.OfPerson(compare);
    }

    private bool? Joined(ImmutableArray<Rule> rules, bool stop)
    {
        bool? joined = !stop;
        foreach (var rule in rules)
        {
            var holds = Holds(rule);
            if (holds == stop)
                return stop;
            joined = holds is null ? null : joined;
        }

        return joined;
    }

    private bool? Settle(GroupId group, Rule rule)
    {
        if (_settled.TryGetValue(group, out var holds))
            return holds;
        _settled[group] = false; // as in a plan, a group that asks for itself is out
        return _settled[group] = Holds(rule);
    }

    private bool? Answer(Rule question)
    {
        if (_answers.TryGetValue(question, out var answer))
            return answer;
        _open ??= question;
        return null;
    }
}
