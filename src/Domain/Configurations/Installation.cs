using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Configurations;

/// <summary>
/// What names this installation's profiles on devices: a random word made at first start. Whatever does not begin with it is not ours.
/// </summary>
public sealed record Installation(string Id)
{
    /// <summary>The PayloadIdentifier of the enrolment profile.</summary>
    public string EnrollmentProfile => Id + ".enrollment";

    /// <summary>The PayloadIdentifier of an item's profile.</summary>
    public string Profile(ItemId item) => $"{Id}.item.{item.Value}";
}
