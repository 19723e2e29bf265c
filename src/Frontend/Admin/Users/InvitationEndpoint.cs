using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Frontend.Invitations;
using Mdm.Fleet.Grains.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.Admin.Users;

/// <summary>The language of an invitation, a BCP 47 tag; null = English.</summary>
public sealed record InvitationBody(string? Language = null);

/// <summary>A person's last invitation. State: queued, sent, accepted, failed or expired; detail: the mail server's last words, or why it is void.</summary>
public sealed record InvitationObject(string State, string Language, string? Detail, DateTimeOffset? SentAt, DateTimeOffset ExpiresAt)
{
    public static InvitationObject Of(InvitationView view) => new(Words.Camel(view.State), view.Language, view.Detail, view.SentAt, view.ExpiresAt);
}

/// <summary>Invites a person by mail (UG-01).</summary>
internal static class InvitationEndpoint
{
    public static void Map(RouteGroupBuilder users) => users.MapPost("/{userName}/invitation", InviteAsync)
        .Needs(Right.Invite)
        .Accepts<InvitationBody>(isOptional: true, "application/json")
        .TakesIdempotencyKey()
        .WithSummary("Invite a person by mail to set a password; an earlier link serves no more");

    private static async Task<Accepted<InvitationObject>> InviteAsync(HttpContext http, InvitationDesk desk, string userName)
    {
        var body = await Body.ReadOrAsync(http, new InvitationBody());
        var name = UserEndpoints.Parse(userName);
        if (name == UserName.Nobody)
            throw RefusalException.Conflict("built-in", "nobody is built in and has no password.");
        var view = await desk.InviteAsync(name, body.Language, Access.Admin.Of(http).Name);
        return TypedResults.Accepted($"/api/v1/users/{Uri.EscapeDataString(name.Value)}", InvitationObject.Of(view));
    }
}
