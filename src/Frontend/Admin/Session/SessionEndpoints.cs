using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.Admin.Session;

/// <summary>What the console signs in with.</summary>
public sealed record SessionRequest(string Token);

/// <summary>Who is signed in, and what they may do.</summary>
public sealed record SessionView(string Name, string Role, IReadOnlyList<string> Rights);

/// <summary>The console's session: a token is given once and a cookie stands for it.</summary>
internal static class SessionEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var session = api.MapGroup("/session").WithTags("Session").Needs(Right.OwnSession);
        session.MapPost("", BeginAsync)
            .Accepts<SessionRequest>("application/json")
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .WithSummary("Sign in to the console");
        session.MapDelete("", End).WithSummary("Sign out of the console");
        session.MapGet("", Show).WithSummary("Who is signed in");
    }

    private static async Task<NoContent> BeginAsync(HttpContext http, TokenDoor door, SessionCookie sessions)
    {
        var request = await Body.ReadAsync<SessionRequest>(http);
        var admin = await door.AdmitAsync(http, request.Token.Trim());
        sessions.Set(http, admin.Key);
        return TypedResults.NoContent();
    }

    private static NoContent End(HttpContext http, SessionCookie sessions)
    {
        sessions.Clear(http);
        return TypedResults.NoContent();
    }

    private static Ok<SessionView> Show(HttpContext http)
    {
        var admin = Access.Admin.Of(http);
        return TypedResults.Ok(new SessionView(admin.Name, admin.Role, [.. Roles.RightsOf(admin.Role).Select(Words.Camel)]));
    }
}
