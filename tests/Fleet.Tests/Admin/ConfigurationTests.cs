using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Configurations;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class ConfigurationTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private const string SignIn = "configurations/multi-user-sign-in";

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    public async Task Every_kind_of_configuration_is_added_and_shown_as_it_was_given()
    {
        using var admin = new ApiClient(_fleet);
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Ward root", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var root = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(30));
        JsonObject[] contents =
        [
            new() { ["kind"] = "wifi", ["ssid"] = "Ward", ["security"] = "WPA2", ["password"] = "tulips in spring", ["hidden"] = true },
            new() { ["kind"] = "webClip", ["url"] = "https://intranet.example", ["label"] = "Intranet" },
            new() { ["kind"] = "passcode", ["minLength"] = 6 },
            new() { ["kind"] = "restrictions", ["keys"] = new JsonObject { ["allowCamera"] = false } },
            new() { ["kind"] = "certificate", ["data"] = Convert.ToBase64String(root.RawData), ["isRoot"] = true },
            new() { ["kind"] = "custom", ["mobileConfig"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(Custom("com.apple.dnsSettings.managed"))) },
        ];

        foreach (var content in contents)
        {
            var id = await admin.MakeAsync("configurations", new { name = $"A {content["kind"]}", content });
            var shown = (await admin.GetAsync($"configurations/{id}")).Is(HttpStatusCode.OK);
            Assert.All(content.Where(member => member.Key != "password"), member => Assert.Equal(member.Value!.ToJsonString(), shown.Json!["content"]![member.Key]!.ToJsonString()));
            Assert.Equal("none", shown.Json!["distribution"]!["to"]!.ToString());
            Assert.True(shown.Json["published"]!.GetValue<bool>());
            Assert.Empty(shown.Json["warnings"]!.AsArray());
        }
    }

    [Fact]
    public async Task A_password_is_never_shown_and_stays_when_a_change_brings_none()
    {
        using var admin = new ApiClient(_fleet);
        const string Password = "tulips in spring";
        var wifi = new { kind = "wifi", ssid = "Ward", security = "WPA2", password = Password };
        var made = (await admin.PostAsync("configurations", new { name = "Secret Wi-Fi", content = wifi })).Is(HttpStatusCode.Created);
        var path = $"configurations/{made.Id}";
        var changed = (await admin.PutAsync(path, new { name = "Secret Wi-Fi", content = new { kind = "wifi", ssid = "Ward 2", security = "WPA2", hasPassword = true } })).Is(HttpStatusCode.OK);
        foreach (var answer in new[] { made, changed, (await admin.GetAsync(path)).Is(HttpStatusCode.OK) })
        {
            Assert.True(answer.Json!["content"]!["hasPassword"]!.GetValue<bool>());
            Assert.DoesNotContain(Password, answer.Json.ToJsonString(), StringComparison.Ordinal);
        }

        var kept = (await _fleet.Grains.GetGrain<IConfiguration>(made.Id).View())!.Spec.Content;
        Assert.Equal(new ConfigurationContent.WiFi("Ward 2", WiFiSecurity.WPA2, Password), kept);
        var open = (await admin.PutAsync(path, new { name = "Open", content = new { kind = "wifi", ssid = "Ward 2", security = "None" } })).Is(HttpStatusCode.OK);
        Assert.False(open.Json!["content"]!["hasPassword"]!.GetValue<bool>());
        (await admin.PutAsync(path, new { name = "Closed", content = new { kind = "wifi", ssid = "Ward 2", security = "WPA2" } })).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    public async Task The_kind_may_stand_behind_the_other_members()
    {
        using var admin = new ApiClient(_fleet);
        var body = new StringContent("""{"name":"Late kind","content":{"ssid":"Ward","kind":"wifi"}}""", Encoding.UTF8, "application/json");
        Assert.Equal("wifi", (await admin.PostAsync("configurations", body)).Is(HttpStatusCode.Created).Json!["content"]!["kind"]!.ToString());
    }

    [Theory]
    [InlineData("""{"kind":"wifi","ssid":"","security":"WPA2","password":"short"}""", "password,ssid")]
    [InlineData("""{"kind":"webClip","url":"intranet","label":" "}""", "label,url")]
    [InlineData("""{"kind":"passcode","minLength":99}""", "minLength")]
    [InlineData("""{"kind":"restrictions","keys":{}}""", "keys")]
    [InlineData("""{"kind":"certificate","data":"AAAA"}""", "data")]
    [InlineData("""{"kind":"custom","mobileConfig":"AAAA"}""", "mobileConfig")]
    public async Task Content_that_a_device_would_refuse_is_refused_by_field(string content, string fields)
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.PostAsync("configurations", new { name = "Wrong", content = JsonNode.Parse(content) })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(fields, string.Join(',', refused.Json!["errors"]!.AsObject().Select(error => error.Key).Order()));
    }

    [Theory]
    [InlineData("""{"ssid":"Ward"}""")]
    [InlineData("""{"kind":"fax"}""")]
    [InlineData("""{"kind":"wifi"}""")]
    [InlineData("""{"kind":"wifi","ssid":null}""")]
    public async Task Content_without_its_shape_is_malformed(string content)
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("configurations", new { name = "Wrong", content = JsonNode.Parse(content) })).Refuses(HttpStatusCode.BadRequest, "malformed");
    }

    [Fact]
    public async Task A_profile_that_would_replace_the_enrolment_is_refused()
    {
        using var admin = new ApiClient(_fleet);
        var content = new { kind = "custom", mobileConfig = Encoding.UTF8.GetBytes(Custom("com.apple.mdm")) };
        (await admin.PostAsync("configurations", new { name = "Takeover", content })).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    public async Task A_configuration_is_changed_distributed_and_deleted()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("device-groups", new { name = "Radiology" });
        var id = await admin.MakeAsync("configurations", new { name = "Guest Wi-Fi", content = new { kind = "wifi", ssid = "Guest" } });
        Assert.Equal("guest-wi-fi", id);
        var distributed = (await admin.PutAsync($"configurations/{id}/distribution", new { to = "custom", deviceGroups = new[] { group } })).Is(HttpStatusCode.OK);
        var changed = (await admin.PutAsync($"configurations/{id}", new { name = "Guests", content = new { kind = "wifi", ssid = "Guests" } }, ("If-Match", distributed.Headers.ETag!.Tag)))
            .Is(HttpStatusCode.OK);

        Assert.Equal("Guests", changed.Json!["content"]!["ssid"]!.ToString());
        Assert.Equal([group], changed.Json["distribution"]!["deviceGroups"]!.AsArray().Select(member => member!.ToString()));
        Assert.NotEqual(distributed.Text("revision"), changed.Text("revision"));
        (await admin.PutAsync($"configurations/{id}/distribution", new { to = "all" }, ("If-Match", distributed.Headers.ETag.Tag))).Refuses(HttpStatusCode.PreconditionFailed, "stale");
        (await admin.GetAsync($"apps/{id}")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.DeleteAsync($"configurations/{id}")).Is(HttpStatusCode.NoContent);
        (await admin.GetAsync($"configurations/{id}")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("""{"to":"some"}""", "invalid")]
    [InlineData("""{"to":"custom","userGroups":["no-such"]}""", "unknown-group")]
    [InlineData("""{"to":"custom","deviceGroups":["no-such"]}""", "unknown-group")]
    [InlineData("""{"to":"custom","userGroups":["everyone"]}""", "use-all")]
    [InlineData("""{"userGroups":[]}""", "malformed")]
    public async Task A_distribution_to_nothing_known_is_refused(string distribution, string code)
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("configurations", new { name = "Lost", content = new { kind = "wifi", ssid = "W" }, distribution = JsonNode.Parse(distribution) }))
            .Refuses(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    [Trait("Requirement", "MU-10")]
    public async Task Multi_user_sign_in_is_found_and_cannot_be_added_renamed_or_deleted()
    {
        using var admin = new ApiClient(_fleet);
        Assert.Contains(await admin.ListAsync("configurations?q=multi-user secure"), row => row["id"]!.ToString() == "multi-user-sign-in" && row["builtIn"]!.GetValue<bool>());
        var shown = (await admin.GetAsync(SignIn)).Is(HttpStatusCode.OK);
        Assert.Equal("Multi-user Secure Sign-in for iOS", shown.Text("name"));

        var content = new { kind = "multiUserSignIn", label = "Anmelden" };
        (await admin.PostAsync("configurations", new { name = "Second sign-in", content })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PostAsync("configurations", new { name = "Wi-Fi", id = "multi-user-sign-in", content = new { kind = "wifi", ssid = "W" } })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PutAsync(SignIn, new { name = "My sign-in", content })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PutAsync(SignIn, new { name = shown.Text("name"), content = new { kind = "wifi", ssid = "W" } })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.DeleteAsync(SignIn)).Refuses(HttpStatusCode.Conflict, "built-in");
        var branded = (await admin.PutAsync(SignIn, new { name = shown.Text("name"), content })).Is(HttpStatusCode.OK);
        Assert.Equal("Anmelden", branded.Json!["content"]!["label"]!.ToString());
    }

    [Fact]
    [Trait("Requirement", "MU-11")]
    public async Task Multi_user_sign_in_reaches_nobody_only_when_told_and_warns_until_then()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var admin = new ApiClient(fleet);
        var userGroup = await admin.MakeAsync("user-groups", new { name = "Nurses" });
        var deviceGroup = await admin.MakeAsync("device-groups", new { name = "Ward" });
        var shown = (await admin.GetAsync(SignIn)).Is(HttpStatusCode.OK);
        Assert.Equal("none", shown.Json!["distribution"]!["to"]!.ToString());
        Assert.Equal("nobody-not-reached", shown.Json["warnings"]![0]!["code"]!.ToString());
        Assert.Contains("nobody-not-reached", (await admin.GetAsync("overview")).Json!["warnings"]!.ToJsonString(), StringComparison.Ordinal);

        (await admin.PutAsync($"{SignIn}/distribution", new { to = "custom", userGroups = new[] { userGroup } })).Refuses(HttpStatusCode.BadRequest, "device-groups-only");
        var byGroup = (await admin.PutAsync($"{SignIn}/distribution", new { to = "custom", deviceGroups = new[] { deviceGroup } })).Is(HttpStatusCode.OK);
        Assert.Empty(byGroup.Json!["warnings"]!.AsArray());
        Assert.Empty((await Ward.OfferSignInAsync(admin)).Is(HttpStatusCode.OK).Json!["warnings"]!.AsArray());
        Assert.DoesNotContain("nobody-not-reached", (await admin.GetAsync("overview")).Json!["warnings"]!.ToJsonString(), StringComparison.Ordinal);
    }

    private static string Custom(string type) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <plist version="1.0"><dict>
        <key>PayloadType</key><string>Configuration</string><key>PayloadVersion</key><integer>1</integer>
        <key>PayloadIdentifier</key><string>example</string><key>PayloadUUID</key><string>1</string>
        <key>PayloadContent</key><array><dict>
        <key>PayloadType</key><string>{type}</string><key>PayloadVersion</key><integer>1</integer>
        <key>PayloadIdentifier</key><string>example.one</string><key>PayloadUUID</key><string>2</string>
        </dict></array></dict></plist>
        """;
}
