using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Tests.Rules;

/// <summary>Custom attributes beside the built-in ones: one renamed, and one with a name that the one-line form knows as a word.</summary>
internal static class SampleAttributes
{
    public static AttributeDefinition Department { get; } = new(AttributeId.Parse("dept"), "department", AttributeScope.User, AttributeType.Text);

    public static AttributeDefinition Floor { get; } = new(AttributeId.Parse("floor"), "floor", AttributeScope.User, AttributeType.Number);

    public static AttributeDefinition Ward { get; } = new(AttributeId.Parse("ward"), "ward", AttributeScope.Device, AttributeType.Text);

    public static AttributeDefinition In { get; } = new(AttributeId.Parse("in"), "In", AttributeScope.User, AttributeType.Text);

    public static AttributeTable Table { get; } = new([Department, Floor, Ward, In]);
}
