using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.IdentityProviders;

/// <summary>A server on a clock that can be put forward, and a provider that knows it as three clients.</summary>
public sealed class ProviderFixture : IAsyncLifetime
{
    private TestFleet? _fleet;
    private OidcPeer? _peer;

    public TestFleet Fleet => _fleet ?? throw new InvalidOperationException("The server has not started.");

    internal OidcPeer Peer => _peer ?? throw new InvalidOperationException("The provider has not started.");

    internal ShiftedTime Time { get; } = new();

    public async Task InitializeAsync()
    {
        _fleet = await TestFleet.StartAsync(options => options with { Time = Time });
        _peer = await OidcPeer.StartAsync(new Uri(_fleet.PublicUrl, "/signin/callback"));
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        await AddAsync(admin, "hospital", "fleet");
        await AddAsync(admin, "clinic", "fleet-post", userNameClaim: "email");
        await AddAsync(admin, "open", "fleet-public", secret: null, userNameClaim: "upn", createUsers: true);
    }

    public async Task DisposeAsync()
    {
        if (_peer is not null)
            await _peer.DisposeAsync();
        if (_fleet is not null)
            await _fleet.DisposeAsync();
    }

    private Task<string> AddAsync(
        ApiClient admin, string id, string clientId, string? secret = OidcPeer.Secret, string userNameClaim = "preferred_username", bool createUsers = false) =>
        admin.MakeAsync("identity-providers", new { id, name = $"The {id}", issuer = Peer.Issuer, clientId, clientSecret = secret, userNameClaim, createUsers });
}
