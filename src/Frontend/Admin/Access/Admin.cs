using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Admin.Access;

/// <summary>Who acts: the name and role of the token. Key is the token's hash.</summary>
public sealed record Admin(string Key, string Name, string Role)
{
    private static readonly object Item = new();

    /// <summary>An auditor reads and changes nothing.</summary>
    public bool MayWrite => Role != "auditor";

    /// <summary>Whoever the gate let in.</summary>
    public static Admin Of(HttpContext http) => (Admin)http.Items[Item]!;

    internal void Enter(HttpContext http) => http.Items[Item] = this;
}
