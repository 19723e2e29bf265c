namespace Mdm.Fleet.Domain.IdentityProviders;

/// <summary>The claims that can be a user name, as OpenID Connect and Entra spell them.</summary>
public static class ClaimNames
{
    public static string Of(UserNameClaim claim) => claim switch
    {
        UserNameClaim.PreferredUsername => "preferred_username",
        UserNameClaim.Email => "email",
        UserNameClaim.Upn => "upn",
        UserNameClaim.Sub => "sub",
        _ => throw new InvalidOperationException($"No name for {claim}."),
    };

    /// <summary>Null = no such claim.</summary>
    public static UserNameClaim? Parse(string? name) =>
        Enum.GetValues<UserNameClaim>().Where(claim => Of(claim) == name).Select(claim => (UserNameClaim?)claim).SingleOrDefault();
}
