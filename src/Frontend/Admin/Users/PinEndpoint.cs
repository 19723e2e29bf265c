using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Users;

/// <summary>How long a PIN serves, in hours.</summary>
public sealed record PinBody(int ExpiresInHours = 24);

/// <summary>A PIN that was made just now: it is shown here and never again.</summary>
public sealed record IssuedPinObject(string Pin, DateTimeOffset ExpiresAt);

/// <summary>A person's PIN: until when it serves.</summary>
public sealed record PinObject(DateTimeOffset ExpiresAt);

/// <summary>PINs for registering a device, which operators hand out (UG-07).</summary>
internal static class PinEndpoint
{
    /// <summary>The PIN is in the answer, so no answer is kept to be repeated: a repeated request makes another PIN.</summary>
    public static void Map(RouteGroupBuilder users)
    {
        users.MapPost("/{userName}/pin", IssueAsync)
            .Needs(Right.Invite)
            .Accepts<PinBody>(isOptional: true, "application/json")
            .WithSummary("Make a PIN for registering a device; an earlier one serves no more");
        users.MapDelete("/{userName}/pin", VoidAsync).Needs(Right.Invite).WithSummary("Void the PIN");
    }

    private static async Task<Created<IssuedPinObject>> IssueAsync(HttpContext http, IGrainFactory grains, string userName)
    {
        var body = await Body.ReadOrAsync(http, new PinBody());
        if (body.ExpiresInHours < 1 || body.ExpiresInHours > RegistrationPin.LifeMax.TotalHours)
            throw RefusalException.Field("expiresInHours", $"expiresInHours is 1 to {RegistrationPin.LifeMax.TotalHours}.");
        var user = User(grains, userName);
        if (await user.View() is not { } view)
            throw RefusalException.NotFound("person");
        if ((view.Registration ?? (await grains.GetGrain<ICatalog>(ICatalog.Key).Read()).Compiled.SettingsOf(view.Facts).Values.Registration) == RegistrationSetting.Password)
            throw RefusalException.Conflict("password-only", "The person's settings let them register by password only: a PIN would be of no use to them.");
        var pin = await user.IssuePin(TimeSpan.FromHours(body.ExpiresInHours), Access.Admin.Of(http).Name) ?? throw RefusalException.NotFound("person");
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, new IssuedPinObject(pin.Pin, pin.ExpiresAt));
    }

    private static async Task<NoContent> VoidAsync(HttpContext http, IGrainFactory grains, string userName) =>
        await User(grains, userName).VoidPin(Access.Admin.Of(http).Name) ? TypedResults.NoContent() : throw RefusalException.NotFound("PIN");

    private static IUser User(IGrainFactory grains, string userName)
    {
        var name = UserEndpoints.Parse(userName);
        return name == UserName.Nobody
            ? throw RefusalException.Conflict("built-in", "nobody is built in and registers no device.")
            : grains.GetGrain<IUser>(name.Value);
    }
}
