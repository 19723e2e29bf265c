using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Frontend.Admin.Http;

namespace Mdm.Fleet.Frontend.Admin.Rules;

/// <summary>A rule to look at. Id: the group that is meant to have it, so that a cycle is seen too.</summary>
public sealed record RuleBody(string? Id = null)
{
    /// <summary>An object, or a text in one line.</summary>
    public JsonElement Rule { get; init; }
}

/// <summary>Where a rule is wrong: a column of its one line (column 14) or a path of its JSON ($.all[1].value); null = as a whole.</summary>
public sealed record RuleError(string Code, string? Where, string Message);

/// <summary>A rule in both forms, or what is wrong with it.</summary>
public sealed record ParsedRule(bool Valid, JsonElement? Rule, string? RuleText, IReadOnlyList<RuleError> Errors);

/// <summary>Rules as bodies hold them: an object, or a text in one line.</summary>
internal static class RuleForms
{
    public static bool IsGiven(JsonElement json) => json.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The rule with ids, its groups looked up.</summary>
    /// <exception cref="RefusalException">Says where it is wrong.</exception>
    public static Rule Read(JsonElement json, CatalogSnapshot catalog, RuleScope scope, string field)
    {
        try
        {
            return Read(json, catalog, scope);
        }
        catch (RuleException refused)
        {
            throw RefusalException.Field(field, refused.Message, Code(refused.Fault));
        }
    }

    public static JsonElement? Json(Rule? rule, CatalogSnapshot catalog) => rule is null ? null : RuleJson.ToElement(rule, catalog.Compiled.Attributes);

    public static string? Text(Rule? rule, CatalogSnapshot catalog) => rule is null ? null : RuleText.Print(rule, catalog.Compiled.Attributes);

    /// <summary>Both forms, or where it is wrong. Nothing is stored.</summary>
    public static ParsedRule Look(RuleBody body, CatalogSnapshot catalog, bool ofDevices)
    {
        try
        {
            var rule = Read(body.Rule, catalog, ofDevices ? RuleScope.Device : RuleScope.UserGroup);
            return Cycle(rule, body.Id, catalog, ofDevices) is { } cycle
                ? new ParsedRule(false, Json(rule, catalog), Text(rule, catalog), [cycle])
                : new ParsedRule(true, Json(rule, catalog), Text(rule, catalog), []);
        }
        catch (RuleException refused)
        {
            return new ParsedRule(false, null, null, [new RuleError(Code(refused.Fault), refused.Where, refused.Message)]);
        }
    }

    private static Rule Read(JsonElement json, CatalogSnapshot catalog, RuleScope scope)
    {
        var rule = RuleJson.Parse(json, catalog.Compiled.Attributes, scope);
        RuleCheck.Groups(
            rule,
            id => id == GroupId.Everyone || catalog.UserGroups.Any(group => group.Id == id),
            id => catalog.DeviceGroups.Any(group => group.Id == id));
        return rule;
    }

    private static RuleError? Cycle(Rule rule, string? id, CatalogSnapshot catalog, bool ofDevices)
    {
        if (!GroupId.TryParse(id, out var group))
            return null;
        var others = (ofDevices ? catalog.DeviceGroups : catalog.UserGroups).RemoveAll(known => known.Id == group).Add(new Group(group, group.Value, rule));
        var cycle = new GroupGraph(ofDevices ? catalog with { DeviceGroups = others } : catalog with { UserGroups = others }).Cycle();
        return cycle.IsEmpty ? null : new RuleError("cycle", null, $"The rule would ask for its own group: {string.Join(" → ", cycle)}.");
    }

    private static string Code(RuleFault fault) => Words.Kebab(fault);
}
