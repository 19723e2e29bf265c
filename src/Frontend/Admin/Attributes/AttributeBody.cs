using System.Text.Json;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Frontend.Admin.Http;

namespace Mdm.Fleet.Frontend.Admin.Attributes;

/// <summary>
/// What an admin says of a custom attribute. Name: what rules and <c>${name}</c> call it by, made of the label where it is missing. Scope is
/// user or device, type text or number; neither changes any more.
/// </summary>
public sealed record AttributeBody(string? Name = null, string? Label = null, string? Scope = null, string? Type = null)
{
    /// <summary>The definition under a new id.</summary>
    /// <exception cref="RefusalException">Some fields are wrong; all are named.</exception>
    public AttributeDefinition New(long revision)
    {
        var (scope, type) = (ScopeOf(), TypeOf());
        if (RefusalException.Fields(Problems(scope is null, type is null)) is { } refused)
            throw refused;
        var name = AttributeNames.Check(Name ?? AttributeNames.Of(Label));
        return new AttributeDefinition(AttributeNames.IdFor(name, revision), name, scope!.Value, type!.Value, LabelOf());
    }

    /// <summary>The definition with another name or label; what is missing stays.</summary>
    /// <exception cref="RefusalException">Some fields are wrong.</exception>
    public AttributeDefinition Change(AttributeDefinition old)
    {
        if ((Scope is not null && ScopeOf() != old.Scope) || (Type is not null && TypeOf() != old.Type))
            throw RefusalException.Conflict("fixed", "Scope and type of an attribute can't be changed: make another attribute.");
        return old with { Name = AttributeNames.Check(Name ?? old.Name), Label = Label is null ? old.Label : LabelOf() };
    }

    private static IEnumerable<(string Field, string Message)> Problems(bool noScope, bool noType)
    {
        if (noScope)
            yield return ("scope", "scope is user or device.");
        if (noType)
            yield return ("type", "type is text or number.");
    }

    private string? LabelOf() => string.IsNullOrWhiteSpace(Label) ? null : Names.Check(Label, "label");

    private AttributeScope? ScopeOf() => Scope switch { "user" => AttributeScope.User, "device" => AttributeScope.Device, _ => null };

    private AttributeType? TypeOf() => Type switch { "text" => AttributeType.Text, "number" => AttributeType.Number, _ => null };
}

/// <summary>An attribute as it is shown. The id stays when the name changes.</summary>
public sealed record AttributeObject(string Id, string Name, string? Label, string Scope, string Type, bool BuiltIn)
{
    public static AttributeObject Of(AttributeDefinition attribute) => new(
        attribute.Id.Value, attribute.Name, attribute.Label, Words.Camel(attribute.Scope), Words.Camel(attribute.Type), attribute.BuiltIn);
}

/// <summary>One value: a text, a number, or null, which takes it away.</summary>
public sealed record ValueBody
{
    public JsonElement Value { get; init; }
}
