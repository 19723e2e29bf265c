using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Tests.Devices;

internal static class Items
{
    public static readonly Distribution Everyone = new Distribution.All();
    public static readonly Distribution NoOne = new Distribution.None();

    public static Distribution To(params string[] userGroups) => new Distribution.Custom([.. userGroups.Select(GroupId.Parse)], []);

    public static Item Profile(string id, Distribution to, string revision = "1") =>
        new(ItemId.Parse(id), ItemKind.Configuration, id, revision, new Delivery.Profile("test.item." + id), to);

    /// <summary>A profile filled in with the person's name: each person's is another.</summary>
    public static Item Personal(string id, Distribution to, string revision = "1") => Profile(id, to, revision) with { Variables = [BuiltInAttributes.UserName.Id] };

    public static Item App(string id, Distribution to, string revision = "1") =>
        new(ItemId.Parse(id), ItemKind.App, id, revision, new Delivery.ManagedApp("app." + id), to);
}
