using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Frontend.Admin.Attributes;
using Mdm.Fleet.Frontend.Admin.Groups;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Previews;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Groups;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Recipes;

/// <summary>Something that a recipe needs: kind is attribute, value, userGroup or deviceGroup.</summary>
public sealed record RecipePart(string Kind, string Id, string Name, string? RuleText = null);

/// <summary>What a recipe made now, and what was there before.</summary>
public sealed record RecipeObject(IReadOnlyList<RecipePart> Made, IReadOnlyList<RecipePart> Found);

/// <summary>
/// MU-14: an attribute that nobody has the value Yes of, user groups of all but nobody and of nobody alone, and the device groups of their
/// devices. What is there already is left as it is, so that a repetition after a failure completes it.
/// </summary>
internal sealed class MultiUserOwner(IGrainFactory grains, UserGroupDesk users, DeviceGroupDesk devices, PreviewDesk previews)
{
    private const string Label = "Multi-user owner";
    private const string Value = "Yes";

    /// <summary>What an admin may have given nobody instead.</summary>
    private static readonly ImmutableArray<string> Values = [Value, "True"];

    private ICatalog Catalog => grains.GetGrain<ICatalog>(ICatalog.Key);

    /// <exception cref="RefusalException">The attribute's name is taken, or nobody's value brings the last network of some device (network-lost).</exception>
    public async Task<RecipeObject> MakeAsync(HttpContext http)
    {
        var by = Access.Admin.Of(http).Name;
        var parts = new List<(bool IsNew, RecipePart Part)>();
        var attribute = await AttributeAsync(parts, by);
        await ValueAsync(http, parts, attribute, by);
        var isOwner = new Rule.Compare(attribute.Id, Comparison.In, Values);
        var people = await GroupAsync(parts, users, "userGroup", "All but nobody", new Rule.Not(isOwner), by);
        var nobody = await GroupAsync(parts, users, "userGroup", "Nobody alone", isOwner, by);
        await GroupAsync(parts, devices, "deviceGroup", "Devices held by people", new Rule.InUserGroup(people), by);
        await GroupAsync(parts, devices, "deviceGroup", "Devices held by nobody", new Rule.InUserGroup(nobody), by);
        return new RecipeObject(
            [.. parts.Where(part => part.IsNew).Select(part => part.Part)], [.. parts.Where(part => !part.IsNew).Select(part => part.Part)]);
    }

    private async Task<AttributeDefinition> AttributeAsync(List<(bool IsNew, RecipePart Part)> parts, string by)
    {
        var name = AttributeNames.Of(Label)!;
        var catalog = await Catalog.Read();
        var known = catalog.Compiled.Attributes.Named(name);
        if (known is not null and not { Scope: AttributeScope.User, Type: AttributeType.Text })
            throw RefusalException.Conflict("taken", $"There is an attribute {name} that is no text of users: rename it first.");
        var attribute = known ?? new AttributeDefinition(AttributeNames.IdFor(name, catalog.Revision), name, AttributeScope.User, AttributeType.Text, Label);
        if (known is null)
            Done(await Catalog.PutAttribute(attribute, by));
        parts.Add((known is null, new RecipePart("attribute", attribute.Id.Value, attribute.Name)));
        return attribute;
    }

    private async Task ValueAsync(HttpContext http, List<(bool IsNew, RecipePart Part)> parts, AttributeDefinition attribute, string by)
    {
        var now = AttributeValues.Find((await Catalog.Read()).NobodyAttributes, attribute.Id);
        var isSet = now is not null && Values.Contains(now, StringComparer.OrdinalIgnoreCase);
        if (!isSet)
        {
            ImmutableArray<AttributeValue> change = [new(attribute.Id, Value)];
            await previews.GuardAsync(http, catalog => Task.FromResult(catalog.WithNobodys(change)));
            Done(await Catalog.SetNobodyAttributes(change, by));
        }

        parts.Add((!isSet, new RecipePart("value", "nobody", isSet ? now! : Value)));
    }

    /// <summary>
    /// The group that has this rule. One that was published and not yet stored, as a crash in between leaves it, is made again under its id.
    /// </summary>
    private async Task<GroupId> GroupAsync(List<(bool IsNew, RecipePart Part)> parts, GroupDesk desk, string kind, string name, Rule rule, string by)
    {
        var catalog = await Catalog.Read();
        var same = (kind == "userGroup" ? catalog.UserGroups : catalog.DeviceGroups).FirstOrDefault(group => group.Rule == rule);
        var found = same is null ? null : await desk.FindAsync(same.Id);
        var group = found ?? await desk.CreateAsync(same is null ? new GroupSpec(name, rule) : new GroupSpec(same.Name, rule, same.DeviceManagement), same?.Id.Value, by);
        parts.Add((found is null, new RecipePart(kind, group.Id.Value, group.Name, RuleText.Print(rule, catalog.Compiled.Attributes))));
        return group.Id;
    }

    private static void Done(PublishReply reply)
    {
        if (reply.Fault is not null)
            throw Refusal.Of(reply);
    }
}
