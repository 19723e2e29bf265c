using System.Net;
using Mdm.Fleet.Fleet.Tests.Admin;

namespace Mdm.Fleet.Fleet.Tests.IdentityProviders;

/// <summary>People whom an identity provider verifies, at the web clip of an iPad, against a real provider.</summary>
public sealed class ProviderSignInTests(ProviderFixture fixture) : ProviderTest(fixture)
{
    [Theory]
    [Trait("Requirement", "MU-09")]
    [InlineData("hospital", "")]
    [InlineData("clinic", "@ward.example")]
    [InlineData("open", "@upn.example")]
    public async Task The_right_person_takes_the_iPad_by_their_providers_word(string provider, string suffix)
    {
        var login = Login();
        await HireAsync(login + suffix, provider);
        await Browser.OpenAsync(Page);
        Assert.Equal("free", Browser.State);
        Assert.Contains("form-action 'self'", Browser.ContentPolicy, StringComparison.Ordinal);
        await Browser.PressAsync(provider);
        Assert.True(Browser.IsAsked);
        var asked = Browser.Visited.Single(url => url.AbsolutePath == "/auth");
        foreach (var part in new[] { "prompt=login", "max_age=0", "response_type=code", "code_challenge_method=S256", "nonce=", "state=" })
            Assert.Contains(part, asked.Query, StringComparison.Ordinal);

        await Browser.ProveAsync(login);
        Assert.Equal("ready", Browser.State);
        Assert.Equal(Page, Browser.Url);
        Assert.Equal(login + suffix, (await ViewAsync()).Owner.User.Value);
        Assert.DoesNotContain(Browser.Cookies.All, cookie => cookie.Name == "fleet_flow");
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task Who_holds_a_session_of_the_provider_has_to_prove_who_they_are_again()
    {
        var (first, second) = (await HireAsync(), await HireAsync());
        await TakeAsync(first);
        await LeaveAsync();

        await Browser.PressAsync("hospital");
        Assert.True(Browser.IsAsked, "The provider's session was enough.");
        await Browser.ProveAsync(second, "wrong");
        Assert.True(Browser.IsAsked);
        Assert.True((await ViewAsync()).Owner.IsNobody);
        await Browser.ProveAsync(second);
        Assert.Equal(second, (await ViewAsync()).Owner.User.Value);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task After_a_sign_out_nobody_slips_in_by_the_cookie_of_a_provider_that_ignores_what_it_is_asked()
    {
        var person = await HireAsync();
        await TakeAsync(person);
        await LeaveAsync();
        await PassAsync(seconds: 20, new { ignoreLogin = true, clock = 20 });

        await Browser.PressAsync("hospital");
        Assert.False(Browser.IsAsked, "The provider asked, so this proves nothing.");
        Assert.Equal(("free", "idp-stale"), (Browser.State, Browser.Error));
        Assert.True((await ViewAsync()).Owner.IsNobody);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task A_session_of_another_site_is_not_enough_however_far_the_providers_clock_is_off()
    {
        var person = await HireAsync();
        await Browser.OpenAsync(Peer.Webmail);
        await Browser.ProveAsync(person);
        Assert.Equal("your mail", Browser.Html);

        // The provider's clock goes on by 40 s, ours by none: its session is as old as that by its own word.
        await Peer.FaultAsync(new { ignoreLogin = true, clock = 40 });
        await Browser.OpenAsync(Page);
        await Browser.PressAsync("hospital");
        Assert.Equal(("free", "idp-stale"), (Browser.State, Browser.Error));

        await Peer.FaultAsync(new { clock = 40 });
        await Browser.PressAsync("hospital");
        await Browser.ProveAsync(person);
        Assert.Equal(person, (await ViewAsync()).Owner.User.Value);
    }

    [Theory]
    [Trait("Requirement", "MU-09")]
    [InlineData("nonce", "idp-stale")]
    [InlineData("noAuthTime", "idp-stale")]
    [InlineData("audience", "idp-failed")]
    [InlineData("issuer", "idp-failed")]
    [InlineData("expired", "idp-failed")]
    [InlineData("key", "idp-failed")]
    [InlineData("none", "idp-failed")]
    [InlineData("hmac", "idp-failed")]
    public async Task A_token_that_is_not_wholly_right_is_refused(string fault, string code)
    {
        var person = await HireAsync();
        await Peer.FaultAsync(new { token = fault });
        await Browser.OpenAsync(Page);
        await Browser.PressAsync("hospital");
        await Browser.ProveAsync(person);
        Assert.Equal(("free", code), (Browser.State, Browser.Error));
        Assert.True((await ViewAsync()).Owner.IsNobody);
    }

    [Fact]
    public async Task Claims_that_the_token_leaves_out_come_from_UserInfo()
    {
        var person = await HireAsync();
        await Peer.FaultAsync(new { token = "bare" });
        await TakeAsync(person);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task Disabled_local_and_unknown_people_are_refused()
    {
        var disabled = await HireAsync();
        (await AdminApi.PutAsync($"users/{disabled}", new { displayName = "Gone", enabled = false })).Is(HttpStatusCode.OK);
        var local = Login();
        await Ward.HireAsync(AdminApi, local);
        var elsewhere = await HireAsync(Login(), "clinic");

        await Browser.OpenAsync(Page);
        foreach (var (login, code) in new[] { (disabled, "disabled"), (local, "unknown-person"), (elsewhere, "unknown-person"), (Login(), "unknown-person"), ("nobody", "unknown-person") })
        {
            await Browser.PressAsync("hospital");
            await Browser.ProveAsync(login);
            Assert.Equal(("free", code), (Browser.State, Browser.Error));
        }

        Assert.True((await ViewAsync()).Owner.IsNobody);
        (await AdminApi.GetAsync($"users/{disabled}")).Is(HttpStatusCode.OK);
        Assert.Empty((await AdminApi.GetAsync($"users/{local}")).Json!["devices"]!.AsArray());
    }

    [Fact]
    public async Task An_address_that_the_provider_did_not_verify_is_nobodys_name()
    {
        var login = "unverified" + Login();
        await HireAsync($"{login}@ward.example", "clinic");
        await Browser.OpenAsync(Page);
        await Browser.PressAsync("clinic");
        await Browser.ProveAsync(login);
        Assert.Equal(("free", "idp-failed"), (Browser.State, Browser.Error));
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task Another_account_that_bears_a_persons_name_is_refused_until_an_admin_clears_the_first()
    {
        var (person, other) = (await HireAsync(), Login());
        Assert.Equal("false", (await AdminApi.GetAsync($"users/{person}")).Text("hasIdentity"));
        await TakeAsync(person);
        await LeaveAsync();
        Assert.Equal("true", (await AdminApi.GetAsync($"users/{person}")).Text("hasIdentity"));

        await Peer.FaultAsync(new { renamed = person });
        await Browser.PressAsync("hospital");
        await Browser.ProveAsync(other);
        Assert.Equal(("free", "idp-subject"), (Browser.State, Browser.Error));
        Assert.Contains("Ask an operator.", Browser.Html, StringComparison.Ordinal);
        Assert.True((await ViewAsync()).Owner.IsNobody);

        (await AdminApi.DeleteAsync($"users/{person}/identity")).Is(HttpStatusCode.NoContent);
        (await AdminApi.DeleteAsync($"users/{person}/identity")).Refuses(HttpStatusCode.NotFound, "not-found");
        await Browser.PressAsync("hospital");
        await Browser.ProveAsync(other);
        Assert.Equal(person, (await ViewAsync()).Owner.User.Value);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task A_provider_that_may_makes_an_unknown_person_known()
    {
        var login = Login();
        await Browser.OpenAsync(Page);
        await Browser.PressAsync("open");
        await Browser.ProveAsync(login);
        Assert.Equal("ready", Browser.State);
        var made = (await AdminApi.GetAsync($"users/{login}@upn.example")).Is(HttpStatusCode.OK);
        Assert.Equal(("open", $"Nurse {login}", $"{login}@ward.example"), (made.Text("source"), made.Text("displayName"), made.Text("email")));
    }

    [Fact]
    public async Task Who_changes_their_mind_at_the_provider_is_back_at_the_page()
    {
        await Browser.OpenAsync(Page);
        await Browser.PressAsync("hospital");
        await Browser.CancelAsync();
        Assert.Equal(("free", "idp-cancelled"), (Browser.State, Browser.Error));
    }
}
