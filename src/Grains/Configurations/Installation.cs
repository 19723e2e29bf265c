using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Grains.Configurations;

/// <summary>This installation's own name in identifiers, made once at first start: reverse-DNS like, e.g. <c>fleet.3f9a…</c>.</summary>
public sealed record Installation(string Prefix)
{
    /// <summary>The PayloadIdentifier of an item's profile: what carries it is ours, and nothing else is.</summary>
    public string IdentifierOf(ItemId item) => $"{Prefix}.item.{item}";

    /// <summary>The PayloadIdentifier of enrolment profiles: the same for all, so that a new one replaces an old one.</summary>
    public string EnrollmentProfile => $"{Prefix}.enrolment";
}
