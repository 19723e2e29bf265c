using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Admin.Access;

/// <summary>
/// What an endpoint declares: the right that a read of it needs and the one that a write of it needs. Null = there is no such request,
/// and one that comes all the same is refused. An endpoint's own declaration stands before that of its group.
/// </summary>
public sealed record RightsNeeded(Right? Read, Right? Write)
{
    /// <summary>The right that a request needs.</summary>
    public Right? Of(HttpRequest request) => IsRead(request) ? Read : Write;

    internal static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
}

/// <summary>How endpoints declare the rights they need.</summary>
public static class RightsNeededRegistration
{
    /// <summary>Any request needs this right. A POST that only computes declares what it reads.</summary>
    public static T Needs<T>(this T endpoints, Right right)
        where T : IEndpointConventionBuilder => endpoints.WithMetadata(new RightsNeeded(right, right));

    /// <summary>For a group: GET and HEAD need the one, all others the other. Without the other, each write declares its own.</summary>
    public static T Needs<T>(this T endpoints, Right read, Right? write)
        where T : IEndpointConventionBuilder => endpoints.WithMetadata(new RightsNeeded(read, write));
}
