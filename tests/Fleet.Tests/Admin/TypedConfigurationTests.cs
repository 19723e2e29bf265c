using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Configurations;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>Accounts, cellular, proxies, and the kinds that devices get nothing of.</summary>
public class TypedConfigurationTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private const string Secret = "tulips in spring";

    private readonly TestFleet _fleet = fixture.Fleet;

    [Theory]
    [InlineData("com.apple.eas.account", """{"kind":"exchange","host":"mail.example","emailAddress":"anna@mail.example","password":"?","pastDaysOfMail":7}""")]
    [InlineData("com.apple.mail.managed", """{"kind":"mail","type":"IMAP","incoming":{"host":"i.example","password":"?"},"outgoing":{"host":"o.example","port":587,"password":"?"}}""")]
    [InlineData("com.apple.carddav.account", """{"kind":"cardDav","host":"dav.example","userName":"anna","password":"?"}""")]
    [InlineData("com.apple.caldav.account", """{"kind":"calDav","host":"dav.example","port":8443,"useSsl":false,"password":"?"}""")]
    [InlineData("com.apple.subscribedcalendar.account", """{"kind":"subscribedCalendar","address":"https://example.org/shifts.ics","password":"?"}""")]
    [InlineData("com.apple.cellular", """{"kind":"cellular","attachApn":{"name":"attach","userName":"u","password":"?"},"apns":[{"name":"data","userName":"u","password":"?","protocols":"Both"}]}""")]
    [InlineData("com.apple.proxy.http.global", """{"kind":"globalProxy","proxy":{"kind":"manual","server":"p.example","port":3128,"userName":"u","password":"?"}}""")]
    [InlineData("com.apple.wifi.managed", """{"kind":"wifi","ssid":"typed","security":"WPA2","password":"?","proxy":{"kind":"manual","server":"p.example","port":3128,"userName":"u","password":"?"}}""")]
    [Trait("Requirement", "UG-14")]
    public async Task A_typed_configuration_is_shown_without_its_secrets_keeps_them_and_reaches_the_device(string payloadType, string json)
    {
        using var admin = new ApiClient(_fleet);
        var withSecret = JsonNode.Parse(json.Replace("\"?\"", $"\"{Secret}\"", StringComparison.Ordinal))!;
        var made = (await admin.PostAsync("configurations", new { name = payloadType, content = withSecret })).Is(HttpStatusCode.Created);
        var path = $"configurations/{made.Id}";
        AssertShown(JsonNode.Parse(json)!, made.Json!["content"]!);
        var stored = await ContentAsync(made.Id);

        var without = JsonNode.Parse(json.Replace("\"?\"", "null", StringComparison.Ordinal))!;
        var changed = (await admin.PutAsync(path, new { name = payloadType, content = without })).Is(HttpStatusCode.OK);
        Assert.All([made, changed, await admin.GetAsync(path)], answer => Assert.DoesNotContain(Secret, answer.Json!.ToJsonString(), StringComparison.Ordinal));
        Assert.Equal(stored, await ContentAsync(made.Id));

        (await admin.PutAsync($"{path}/distribution", new { to = "all" })).Is(HttpStatusCode.OK);
        using var device = await Ward.EnrolAsync(_fleet);
        Assert.Contains(device.Contents.Profiles.SelectMany(profile => profile.Payloads), payload => payload.Type == payloadType);
        (await admin.DeleteAsync($"{path}?override=network-lost")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public async Task An_escaped_variable_is_checked_as_it_is_sent()
    {
        using var admin = new ApiClient(_fleet);
        var ssid = "$${" + new string('x', 30);
        var made = (await admin.PostAsync("configurations", new { name = "Escaped", content = new { kind = "wifi", ssid } })).Is(HttpStatusCode.Created);
        Assert.Equal(ssid, (string?)made.Json!["content"]!["ssid"]);
        (await admin.PostAsync("configurations", new { name = "Long", content = new { kind = "wifi", ssid = ssid + "x" } })).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Theory]
    [InlineData("""{"kind":"exchange","host":"https://x","pastDaysOfMail":5}""", "host,pastDaysOfMail")]
    [InlineData("""{"kind":"mail","type":"POP","incoming":{"host":" "},"outgoing":{"host":"o","port":0}}""", "incoming.host,outgoing.port")]
    [InlineData("""{"kind":"cellular","apns":[{"name":""}]}""", "apns[0].name")]
    [InlineData("""{"kind":"cellular","apns":[null]}""", "apns")]
    [InlineData("""{"kind":"globalProxy","proxy":{"kind":"auto","pacUrl":"x"}}""", "proxy.pacUrl")]
    [InlineData("""{"kind":"policy","rules":[]}""", "content")]
    [Trait("Requirement", "UG-14")]
    public async Task Content_that_a_device_would_refuse_is_refused_by_field(string content, string fields)
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.PostAsync("configurations", new { name = "Wrong", content = JsonNode.Parse(content) })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(fields, string.Join(',', refused.Json!["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("""{"kind":"calDav"}""")]
    [InlineData("""{"kind":"mail","type":"EWS","incoming":{"host":"i"},"outgoing":{"host":"o"}}""")]
    [InlineData("""{"kind":"mail","type":"POP","incoming":null,"outgoing":{"host":"o"}}""")]
    [InlineData("""{"kind":"globalProxy","proxy":{"server":"p"}}""")]
    [InlineData("""{"kind":"cellular","apns":null}""")]
    public async Task Content_without_its_shape_is_malformed(string content)
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("configurations", new { name = "Wrong", content = JsonNode.Parse(content) })).Refuses(HttpStatusCode.BadRequest, "malformed");
    }

    [Theory]
    [InlineData("mam")]
    [InlineData("authenticatorOnly")]
    [Trait("Requirement", "UG-12")]
    public async Task A_kind_of_enrolment_is_distributed_like_any_other_and_no_device_gets_anything_of_it(string kind)
    {
        using var admin = new ApiClient(_fleet);
        var id = await admin.MakeAsync("configurations", new { name = $"Kind {kind}", content = new { kind }, distribution = new { to = "all" } });
        Assert.Equal(kind, (await admin.GetAsync($"configurations/{id}")).Is(HttpStatusCode.OK).Json!["content"]!["kind"]!.ToString());
        using var device = await Ward.EnrolAsync(_fleet);
        var shown = (await admin.GetAsync($"devices/{device.Facts.Udid}")).Is(HttpStatusCode.OK).Json!;
        Assert.Equal("settled", shown["desired"]!.AsArray().Single(item => item!["item"]!.ToString() == id)!["state"]!.ToString());
        Assert.DoesNotContain(shown["ledger"]!.AsArray(), entry => entry!["item"]!.ToString() == id);
        Assert.DoesNotContain(device.Contents.Profiles, profile => profile.Identifier.EndsWith($".item.{id}", StringComparison.Ordinal));
        Assert.Contains(await admin.ListAsync("configurations"), row => row["id"]!.ToString() == id && row["kind"]!.ToString() == kind);
        (await admin.DeleteAsync($"configurations/{id}")).Is(HttpStatusCode.NoContent);
    }

    /// <summary>Every member as it was given; a secret ("?") as has… and true.</summary>
    private static void AssertShown(JsonNode given, JsonNode shown)
    {
        foreach (var (name, value) in given.AsObject())
        {
            if (value is JsonObject)
                AssertShown(value, shown[name]!);
            else if (value is JsonArray array)
                Assert.All(array.Zip(shown[name]!.AsArray()), pair => AssertShown(pair.First!, pair.Second!));
            else if (value!.ToString() == "?")
                Assert.True(shown["hasPassword"]!.GetValue<bool>());
            else
                Assert.Equal(value.ToJsonString(), shown[name]!.ToJsonString());
        }
    }

    private async Task<ConfigurationContent?> ContentAsync(string id) => (await _fleet.Grains.GetGrain<IConfiguration>(id).View())!.Spec.Content;
}
