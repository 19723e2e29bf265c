using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>A null among the elements of a list or the values of an object is a mistake of the body, wherever it stands.</summary>
public sealed class NullElementTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Theory]
    [Trait("Requirement", "UG-05")]
    [InlineData("POST", "apps", """{"name":"A","bundleId":"org.example.a","manifestUrl":"https://a.example/a.plist","versions":[null]}""")]
    [InlineData("POST", "apps/preview", """{"name":"A","bundleId":"org.example.a","manifestUrl":"https://a.example/a.plist","versions":[null]}""")]
    [InlineData("POST", "configurations", """{"name":"A","content":{"kind":"webClip","url":"https://a.example/","label":"A"},"distribution":{"to":"custom","userGroups":[null]}}""")]
    [InlineData("POST", "configurations", """{"name":"A","content":{"kind":"webClip","url":"https://a.example/","label":"A"},"distribution":{"to":"all","exceptDeviceGroups":[null]}}""")]
    [InlineData("POST", "configurations", """{"name":"A","content":{"kind":"webClip","url":"https://a.example/","label":"A"},"distribution":{"to":"all","filter":{"all":[null]}}}""")]
    [InlineData("PUT", "configurations/multi-user-sign-in", """{"name":"Multi-user Secure Sign-in for iOS","content":{"kind":"multiUserSignIn","label":"A","texts":{"fr":null}}}""")]
    [InlineData("POST", "policies", """{"name":"A","rules":[{"kind":"allowedApps","mode":"deny","bundleIds":[null]}]}""")]
    [InlineData("POST", "users", """{"userName":"nulls","displayName":"A","groups":[null]}""")]
    [InlineData("POST", "device-groups", """{"name":"A","rule":{"any":[null]}}""")]
    [InlineData("POST", "user-groups", """{"name":"A","rule":{"not":null}}""")]
    [InlineData("POST", "user-settings", """{"name":"A","userGroups":[null]}""")]
    [InlineData("POST", "user-settings/preview", """{"name":"A","userGroups":[null]}""")]
    [InlineData("POST", "enrolment-tokens", """{"name":"A","deviceGroups":[null]}""")]
    [InlineData("POST", "identity-providers", """{"name":"A","issuer":"https://idp.example","clientId":"a","scopes":[null]}""")]
    [InlineData("POST", "api-tokens", """{"name":"A","role":null}""")]
    public async Task It_is_refused_and_named(string method, string path, string body)
    {
        using var admin = new ApiClient(_fleet);
        var answer = (await admin.SendAsync(new HttpMethod(method), path, JsonNode.Parse(body))).Is(HttpStatusCode.BadRequest);
        Assert.NotEmpty(answer.Json!["errors"]!.AsObject());
    }
}
