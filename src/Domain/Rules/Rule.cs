using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>
/// Who is in a group or passes a filter: comparisons of attributes and memberships, joined by and, or, not. A closed family of plain
/// values; attributes and groups are named by id. 
/// </summary>
[JsonConverter(typeof(RuleJsonConverter))]
public abstract record Rule
{
    private Rule()
    {
    }

    /// <summary>All must hold; of none it holds.</summary>
    public sealed record AllOf(ImmutableArray<Rule> Rules) : Rule
    {
        public bool Equals(AllOf? other) => other is not null && Rules.SequenceEqual(other.Rules);

        public override int GetHashCode() => HashCode.Combine(nameof(AllOf), Rules.Length);
    }

    /// <summary>One must hold; of none it does not.</summary>
    public sealed record AnyOf(ImmutableArray<Rule> Rules) : Rule
    {
        public bool Equals(AnyOf? other) => other is not null && Rules.SequenceEqual(other.Rules);

        public override int GetHashCode() => HashCode.Combine(nameof(AnyOf), Rules.Length);
    }

    public sealed record Not(Rule Inner) : Rule;

    /// <summary>
    /// Values: one, or for <see cref="Comparison.In"/> one or more; texts, numbers and versions as typed, a boolean as true or false,
    /// days as a whole number. Texts compare without regard to case; a text that is not there is empty. Anything else that is not there
    /// makes the comparison false.
    /// </summary>
    public sealed record Compare(AttributeId Attribute, Comparison Comparison, ImmutableArray<string> Values) : Rule
    {
        public bool Equals(Compare? other) =>
            other is not null && Attribute == other.Attribute && Comparison == other.Comparison && Values.SequenceEqual(other.Values);

        public override int GetHashCode() => HashCode.Combine(Attribute, Comparison, Values.Length, Values.IsEmpty ? "" : Values[0]);
    }

    /// <summary>The person, or on a device the person who holds it, is in the user group.</summary>
    public sealed record InUserGroup(GroupId Group) : Rule;

    /// <summary>The device is in the device group.</summary>
    public sealed record InDeviceGroup(GroupId Group) : Rule;
}

/// <summary>How an attribute compares: which go with which type is RuleCheck's to say.</summary>
public enum Comparison
{
    Is,
    IsNot,
    StartsWith,
    Contains,
    In,
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,

    /// <summary>A day not in the future and at most so many days ago, by the catalog's day.</summary>
    WithinDays,
}
