using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Attributes;

/// <summary>What an attribute says something of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttributeScope>))]
public enum AttributeScope
{
    User,
    Device,
}

/// <summary>What an attribute's values are. Custom attributes are text or numbers.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttributeType>))]
public enum AttributeType
{
    Text,
    Number,

    /// <summary>Numbers with dots between them: 17.0.3.</summary>
    Version,

    /// <summary>A day.</summary>
    Date,
    Boolean,
}

/// <summary>
/// An attribute that rules compare and configurations substitute as <c>${name}</c>. Names are unique over users and devices, case ignored.
/// </summary>
public sealed record AttributeDefinition(AttributeId Id, string Name, AttributeScope Scope, AttributeType Type, string? Label = null, bool BuiltIn = false);

/// <summary>The value of a custom attribute: its text, in invariant form where it is a number. At most <see cref="LengthMax"/> characters.</summary>
public readonly record struct AttributeValue(AttributeId Id, string Text)
{
    public const int LengthMax = 256;

    /// <summary>Values that a person or a device has at most.</summary>
    public const int CountMax = 32;

    /// <summary>Characters of all values of a person or a device together: they are in the device's state and in its index row.</summary>
    public const int TotalLengthMax = 2_048;
}
