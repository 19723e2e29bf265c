using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>What is wrong with a body is said by field and in the API's words.</summary>
public class BodyFaultTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Theory]
    [InlineData("configurations", "{}", "name", "missing")]
    [InlineData("configurations", "{}", "content", "missing")]
    [InlineData("configurations", """{"name":null,"content":{"kind":"wifi","ssid":"W"}}""", "name", "null")]
    [InlineData("configurations", """{"name":7,"content":{"kind":"wifi","ssid":"W"}}""", "name", "a text")]
    [InlineData("configurations", """{"name":"W","content":{"ssid":"W"}}""", "content.kind", "wifi")]
    [InlineData("configurations", """{"name":"W","content":{"kind":"wify","ssid":"W"}}""", "content.kind", "wifi")]
    [InlineData("configurations", """{"name":"W","content":{"kind":"wifi"}}""", "content.ssid", "missing")]
    [InlineData("configurations", """{"name":"W","content":{"kind":"wifi","ssid":["W"]}}""", "content.ssid", "a text")]
    [InlineData("configurations", """{"name":"W","content":{"kind":"wifi","ssid":"W"},"enabled":"yes"}""", "enabled", "true or false")]
    [InlineData("configurations", """{"name":"W","content":{"kind":"wifi","ssid":"W"},"priority":"first"}""", "priority", "a number")]
    [InlineData("configurations", """{"name":"W","content":{"kind":"wifi","ssid":"W"},"distribution":{"to":"custom","userGroups":"all"}}""", "distribution.userGroups", "a list")]
    [InlineData("configurations", """{"name":"W","content":{"kind":"wifi","ssid":"W"},"distribution":{"to":"custom","userGroups":[7]}}""", "distribution.userGroups[0]", "a text")]
    [InlineData("policies", """{"name":"P","rules":[{"kind":"allowedApps","mode":"some","bundleIds":["a.b"]}]}""", "rules[0].mode", "allow, deny")]
    [InlineData("policies", """{"name":"P","rules":[{"kind":"weather"}]}""", "rules[0].kind", "requiredOs")]
    [InlineData("user-groups", "[]", "body", "an object")]
    public async Task A_wrong_member_is_named_with_what_is_expected(string list, string body, string field, string expected)
    {
        var refused = (await PostAsync(list, body)).Refuses(HttpStatusCode.BadRequest, "malformed");
        Assert.Contains(expected, refused.Json!["errors"]![field]?[0]?.ToString() ?? refused.Json.ToJsonString(), StringComparison.Ordinal);
        SpeaksNotOfCode(refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"name\":")]
    [InlineData("{\"name\" \"A\"}")]
    [InlineData("name=A")]
    public async Task What_is_no_JSON_is_said_so(string body)
    {
        var refused = (await PostAsync("user-groups", body)).Refuses(HttpStatusCode.BadRequest, "malformed");
        Assert.StartsWith("This is not JSON: ", refused.Text("detail"), StringComparison.Ordinal);
        SpeaksNotOfCode(refused);
    }

    [Theory]
    [InlineData("PUT", "configurations/multi-user-sign-in/distribution", """{"to":"all","exceptDevicesGroups":[]}""", "exceptDevicesGroups")]
    [InlineData("POST", "configurations", """{"name":"W","content":{"kind":"wifi","ssid":"W"},"distribution":{"to":"all","exceptions":[]}}""", "distribution.exceptions")]
    [InlineData("POST", "user-settings", """{"name":"S","devicelimits":2}""", "devicelimits")]
    [InlineData("POST", "user-settings", """{"name":"S","signOut":{"idleMinute":20}}""", "signOut.idleMinute")]
    [InlineData("POST", "user-settings", """{"name":"S","passwordRules":{"minLength":20}}""", "passwordRules.minLength")]
    [InlineData("PUT", "pushes", """{"rate":10,"jitter":3}""", "jitter")]
    [InlineData("POST", "pushes/pause", """{"al":true}""", "al")]
    public async Task A_misspelt_member_does_not_pass_as_left_out(string method, string path, string body, string field)
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.SendAsync(new HttpMethod(method), path, Json(body))).Refuses(HttpStatusCode.BadRequest, "unknown-member");
        Assert.Equal([field], refused.Json!["errors"]!.AsObject().Select(error => error.Key));
        SpeaksNotOfCode(refused);
    }

    [Fact]
    public async Task What_was_shown_can_be_sent_back()
    {
        using var admin = new ApiClient(_fleet);
        var own = await admin.MakeAsync("user-settings", new { name = "Shown", signOut = new { idleMinutes = 20 }, passwordRules = new { lengthMin = 9 } });
        foreach (var path in new[] { "user-settings/default", $"user-settings/{own}", "pushes" })
        {
            var shown = (await admin.GetAsync(path)).Is(HttpStatusCode.OK);
            var back = (await admin.PutAsync(path, shown.Json, ("If-Match", shown.Text("etag")))).Is(HttpStatusCode.OK);
            Assert.Equal(Without(shown.Json!), Without(back.Json!));
        }
    }

    private static string Without(JsonNode shown)
    {
        var rest = shown.DeepClone().AsObject();
        rest.Remove("etag");
        return rest.ToJsonString();
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static void SpeaksNotOfCode(Answer refused) =>
        Assert.DoesNotMatch(@"Mdm\.|System\.|\.NET|constructor|discriminator|deserializ", refused.Json!.ToJsonString());

    private async Task<Answer> PostAsync(string path, string body)
    {
        using var admin = new ApiClient(_fleet);
        return await admin.PostAsync(path, Json(body));
    }
}
