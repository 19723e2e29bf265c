using System.Net;
using Mdm.Fleet.Fleet.Tests.Live;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Admin;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class RightsTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    /// <summary>Each endpoint says which right it needs, for every method it takes: one that says nothing is found here.</summary>
    [Fact]
    public void Every_endpoint_of_the_API_and_the_hub_declares_its_right()
    {
        var endpoints = _fleet.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } path && (Below(path, "/api") || Below(path, "/hubs")))
            .ToList();

        Assert.True(endpoints.Count > 40);
        Assert.Empty(endpoints.SelectMany(Undeclared));
    }

    [Fact]
    public void A_write_that_declares_no_right_is_refused_even_to_the_owner()
    {
        var undeclared = new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/api/v1/new"), 0, [], "new");
        var http = new DefaultHttpContext { Request = { Method = "POST" } };
        http.SetEndpoint(undeclared);
        var owner = new Frontend.Admin.Access.Admin("key", "Ann", Roles.Owner);

        Assert.Equal("not-allowed", Assert.Throws<RefusalException>(() => owner.RequireFor(http)).Code);
        http.Request.Method = "GET";
        owner.RequireFor(http);
    }

    [Theory]
    [InlineData("GET", "session", "owner admin operator auditor")]
    [InlineData("GET", "users", "owner admin operator auditor")]
    [InlineData("GET", "push-certificate", "owner admin operator auditor")]
    [InlineData("GET", "audit", "owner admin auditor")]
    [InlineData("GET", "audit/verification", "owner admin auditor")]
    [InlineData("POST", "users", "owner admin")]
    [InlineData("DELETE", "users/who", "owner admin")]
    [InlineData("PUT", "user-groups/which/members/who", "owner admin")]
    [InlineData("POST", "device-groups", "owner admin")]
    [InlineData("PUT", "configurations/which/distribution", "owner admin")]
    [InlineData("POST", "apps", "owner admin")]
    [InlineData("POST", "devices/which/commands", "owner admin operator")]
    [InlineData("POST", "devices/which/sign-out", "owner admin operator")]
    [InlineData("POST", "devices/which/retry", "owner admin operator")]
    [InlineData("POST", "devices/which/retire", "owner admin operator")]
    [InlineData("POST", "enrolment-tokens", "owner admin operator")]
    [InlineData("DELETE", "enrolment-tokens/which", "owner admin operator")]
    [InlineData("PUT", "push-certificate", "owner")]
    [InlineData("POST", "push-certificate/request", "owner")]
    [InlineData("GET", "identity-providers", "owner admin operator auditor")]
    [InlineData("PUT", "identity-providers/which", "owner")]
    [InlineData("POST", "identity-providers/which/test", "owner")]
    [InlineData("POST", "store/copy", "owner")]
    [InlineData("PUT", "pushes", "owner admin")]
    [InlineData("POST", "pushes/resume", "owner admin operator")]
    [InlineData("GET", "attributes", "owner admin operator auditor")]
    [InlineData("POST", "attributes", "owner admin")]
    [InlineData("PUT", "users/nobody/attributes/which", "owner admin")]
    [InlineData("PUT", "devices/which/attributes/which", "owner admin")]
    [InlineData("DELETE", "devices/which/attributes/which", "owner admin")]
    [InlineData("PUT", "devices/which/ownership", "owner admin")]
    [InlineData("POST", "device-groups/rules/parse", "owner admin operator auditor")]
    [InlineData("POST", "user-groups/rules/parse", "owner admin operator auditor")]
    [InlineData("POST", "recipes/multi-user-owner", "owner admin")]
    [InlineData("DELETE", "session", "owner admin operator auditor")]
    public async Task A_role_does_what_its_rights_say_and_nothing_else(string method, string path, string roles)
    {
        foreach (var role in Roles.All)
        {
            using var admin = await AsAsync(role);
            var answer = await admin.SendAsync(new HttpMethod(method), path, null);
            if (roles.Split(' ').Contains(role))
                Assert.NotEqual(HttpStatusCode.Forbidden, answer.Status);
            else
                Assert.Contains($"The role {role} does not have the right", answer.Refuses(HttpStatusCode.Forbidden, "not-allowed").Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_refusal_names_the_right_and_changes_nothing()
    {
        using var auditor = await AsAsync("auditor");
        var answer = (await auditor.PostAsync("user-groups", new { name = "Mine", id = "auditors-own" })).Refuses(HttpStatusCode.Forbidden, "not-allowed");
        Assert.EndsWith("the right editModel.", answer.Text("detail"), StringComparison.Ordinal);
        (await auditor.GetAsync("user-groups/auditors-own")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Who_signs_in_is_told_their_rights()
    {
        using var operators = await AsAsync("operator");
        var session = (await operators.GetAsync("session")).Is(HttpStatusCode.OK);
        Assert.Equal(["ownSession", "readFleet", "actOnDevices", "invite"], session.Json!["rights"]!.AsArray().Select(right => right!.ToString()));
    }

    [Fact]
    public async Task A_role_that_is_not_known_may_do_nothing()
    {
        using var stranger = await AsAsync("wizard");
        (await stranger.GetAsync("users")).Refuses(HttpStatusCode.Forbidden, "not-allowed");
        await Assert.ThrowsAnyAsync<Exception>(() => HubClient.ConnectAsync(_fleet, "access_token=wizards-token"));
    }

    [Fact]
    public async Task An_auditor_watches_the_fleet_live()
    {
        using var _ = await AsAsync("auditor");
        await using var page = await HubClient.ConnectAsync(_fleet, "access_token=auditors-token");
        Assert.NotNull((await (await page.SubscribeAsync()).NextAsync("devices"))["cursor"]);
    }

    private static bool Below(string path, string root) => path.TrimStart('/').StartsWith(root.TrimStart('/') + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Undeclared(RouteEndpoint endpoint)
    {
        var needed = endpoint.Metadata.GetMetadata<RightsNeeded>();
        return (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"])
            .Where(method => (method is "GET" or "HEAD" ? needed?.Read : needed?.Write) is null)
            .Select(method => $"{method} {endpoint.RoutePattern.RawText}");
    }

    private async Task<ApiClient> AsAsync(string role)
    {
        var token = $"{role}s-token";
        await _fleet.Grains.GetGrain<IApiToken>(ApiTokens.KeyOf(token)).Create(role, role);
        return new ApiClient(_fleet, token);
    }
}
