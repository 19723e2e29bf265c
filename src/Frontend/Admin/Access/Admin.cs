using Mdm.Fleet.Frontend.Admin.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.Admin.Access;

/// <summary>Who acts: the name and role of the token. Key is the token's hash.</summary>
public sealed record Admin(string Key, string Name, string Role)
{
    private static readonly object Item = new();

    /// <summary>Whoever the gate let in.</summary>
    public static Admin Of(HttpContext http) => (Admin)http.Items[Item]!;

    public bool May(Right right) => Roles.Has(Role, right);

    /// <summary>For what an endpoint does only for some: most declare their right and the gate asks.</summary>
    /// <exception cref="RefusalException">The role does not have the right.</exception>
    public void Require(Right right)
    {
        if (!May(right))
            throw Refused($"The role {Role} does not have the right {Words.Camel(right)}.");
    }

    /// <summary>Asks for what the endpoint declares. A write that declares nothing is refused; a read is one of the fleet then.</summary>
    /// <exception cref="RefusalException">The role does not have the right, or none is declared.</exception>
    public void RequireFor(HttpContext http)
    {
        // What is no route answers for itself: 404, 405, 415.
        if (http.GetEndpoint() is not RouteEndpoint endpoint)
            return;
        var needed = endpoint.Metadata.GetMetadata<RightsNeeded>() ?? new RightsNeeded(Right.ReadFleet, null);
        Require(needed.Of(http.Request) ?? throw Refused("This change says of no right that it needs it, so nobody has it."));
    }

    internal void Enter(HttpContext http) => http.Items[Item] = this;

    private static RefusalException Refused(string detail) => new(StatusCodes.Status403Forbidden, "not-allowed", detail);
}
