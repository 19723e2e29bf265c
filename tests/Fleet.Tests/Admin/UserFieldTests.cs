using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>What of a person is refused when it is saved, and how small changes are called in the audit.</summary>
public sealed class UserFieldTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(" .. ")]
    public async Task A_name_that_no_address_can_hold_is_nobodys(string userName)
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.PostAsync("users", new { userName, displayName = "Dots" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.NotNull(refused.Json!["errors"]!["userName"]);
    }

    [Theory]
    [InlineData("a@b c.example")]
    [InlineData("a@@ward.example")]
    [InlineData("anna@ward..example")]
    [InlineData("anna@-ward.example")]
    [InlineData("@ward.example")]
    public async Task An_address_that_no_mail_can_reach_is_refused(string email)
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.PostAsync("users", new { userName = "mail.less", displayName = "M", email })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.NotNull(refused.Json!["errors"]!["email"]);
        await admin.MakeAsync("users", new { userName = $"mail{Guid.NewGuid():N}", displayName = "M", email = " anna@ward.example " });
    }

    [Fact]
    public async Task A_new_label_is_called_so_in_the_audit()
    {
        using var admin = new ApiClient(_fleet);
        await admin.MakeAsync("attributes", new { name = "wing", scope = "user", type = "text" });
        (await admin.PutAsync("attributes/wing", new { label = "Wing of the house" })).Is(HttpStatusCode.OK);
        (await admin.PutAsync("attributes/wing", new { name = "wingOfHouse" })).Is(HttpStatusCode.OK);
        var acts = (await admin.ListAsync("audit")).Select(line => line["act"]!.ToString()).ToList();
        Assert.Contains("Label attribute wing", acts);
        Assert.Contains("Rename attribute wing to wingOfHouse", acts);
        Assert.DoesNotContain("Rename attribute wing to wing", acts);
    }
}
