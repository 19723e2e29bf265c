using System.Net;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.IdentityProviders;

/// <summary>People whom an identity provider verifies, at the web clip of an iPad, against a real provider.</summary>
public sealed class ProviderSignInTests(ProviderFixture fixture) : IClassFixture<ProviderFixture>, IAsyncLifetime, IDisposable
{
    private static int _people;

    private readonly TestFleet _fleet = fixture.Fleet;
    private readonly OidcPeer _peer = fixture.Peer;
    private SimulatedDevice _device = null!;
    private WanderingBrowser _browser = null!;
    private ApiClient _admin = null!;

    private Uri Page { get; set; } = null!;

    public async Task InitializeAsync()
    {
        _admin = new ApiClient(_fleet);
        _device = await Ward.EnrolAsync(_fleet);
        Page = new Uri(_fleet.PublicUrl, $"/signin/{(await ViewAsync()).SignInToken}");
        _browser = new WanderingBrowser(_fleet);
        await _peer.FaultAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _browser.Dispose();
        _device.Dispose();
        _admin.Dispose();
    }

    [Theory]
    [Trait("Requirement", "MU-09")]
    [InlineData("hospital", "")]
    [InlineData("clinic", "@ward.example")]
    [InlineData("open", "@upn.example")]
    public async Task The_right_person_takes_the_iPad_by_their_providers_word(string provider, string suffix)
    {
        var login = Login();
        await HireAsync(login + suffix, provider);
        await _browser.OpenAsync(Page);
        Assert.Equal("free", _browser.State);
        await _browser.PressAsync(provider);
        Assert.True(_browser.IsAsked);
        var asked = _browser.Visited.Single(url => url.AbsolutePath == "/auth");
        foreach (var part in new[] { "prompt=login", "max_age=0", "response_type=code", "code_challenge_method=S256", "nonce=", "state=" })
            Assert.Contains(part, asked.Query, StringComparison.Ordinal);

        await _browser.ProveAsync(login);
        Assert.Equal("ready", _browser.State);
        Assert.Equal(Page, _browser.Url);
        Assert.Equal(login + suffix, (await ViewAsync()).Owner.User.Value);
        Assert.DoesNotContain(_browser.Cookies.All, cookie => cookie.Name == "fleet_flow");
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task Who_holds_a_session_of_the_provider_has_to_prove_who_they_are_again()
    {
        var (first, second) = (await HireAsync(), await HireAsync());
        await TakeAsync(first);
        await LeaveAsync();

        await _browser.PressAsync("hospital");
        Assert.True(_browser.IsAsked, "The provider's session was enough.");
        await _browser.ProveAsync(second, "wrong");
        Assert.True(_browser.IsAsked);
        Assert.True((await ViewAsync()).Owner.IsNobody);
        await _browser.ProveAsync(second);
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

        await _browser.PressAsync("hospital");
        Assert.False(_browser.IsAsked, "The provider asked, so this proves nothing.");
        Assert.Equal(("free", "idp-stale"), (_browser.State, _browser.Error));
        Assert.True((await ViewAsync()).Owner.IsNobody);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task A_session_of_another_site_is_not_enough_however_far_the_providers_clock_is_off()
    {
        var person = await HireAsync();
        await _browser.OpenAsync(_peer.Webmail);
        await _browser.ProveAsync(person);
        Assert.Equal("your mail", _browser.Html);

        // The provider's clock goes on by 40 s, ours by none: its session is as old as that by its own word.
        await _peer.FaultAsync(new { ignoreLogin = true, clock = 40 });
        await _browser.OpenAsync(Page);
        await _browser.PressAsync("hospital");
        Assert.Equal(("free", "idp-stale"), (_browser.State, _browser.Error));

        await _peer.FaultAsync(new { clock = 40 });
        await _browser.PressAsync("hospital");
        await _browser.ProveAsync(person);
        Assert.Equal(person, (await ViewAsync()).Owner.User.Value);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task A_callback_that_comes_again_signs_nobody_in_again_even_after_a_restart()
    {
        var person = await HireAsync();
        await _browser.OpenAsync(Page);
        await _browser.PressAsync("hospital");
        var flow = _browser.Cookies.All.Single(cookie => cookie.Name == "fleet_flow");
        Assert.Equal(("lax", true, true, "/signin/callback"), (flow.SameSite, flow.HttpOnly, flow.Secure, flow.Path));
        await _browser.ProveAsync(person);
        Assert.Equal(person, (await ViewAsync()).Owner.User.Value);
        var callback = _browser.Visited.Single(url => url.AbsolutePath == "/signin/callback");
        await LeaveAsync();

        await _browser.OpenAsync(callback);
        Assert.Equal(("unavailable", "idp-failed"), (_browser.State, _browser.Error));

        // A thief keeps the cookie, and a careless provider takes its code again: all that is checked of the answer is right.
        await _peer.FaultAsync(new { reuse = true });
        _browser.Cookies.Put(flow);
        await _browser.OpenAsync(callback);
        Assert.Equal(("free", "idp-stale"), (_browser.State, _browser.Error));
        await _fleet.StopAsync();
        await _fleet.StartAgainAsync();
        _browser.Cookies.Put(flow);
        await _browser.OpenAsync(callback);
        Assert.Equal(("free", "idp-stale"), (_browser.State, _browser.Error));
        Assert.True((await ViewAsync()).Owner.IsNobody);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task A_sign_in_begun_before_somebody_else_came_and_left_is_refused()
    {
        var person = await HireAsync();
        var other = await HireAsync();
        await _browser.OpenAsync(Page);
        await _browser.PressAsync("hospital");
        using (var elsewhere = new WanderingBrowser(_fleet))
        {
            await elsewhere.OpenAsync(Page);
            await elsewhere.PressAsync("hospital");
            await elsewhere.ProveAsync(other);
            await elsewhere.SubmitAsync(new Uri(Page + "/out"));
            Assert.Equal("free", elsewhere.State);
        }

        await _browser.ProveAsync(person);
        Assert.Equal(("free", "idp-stale"), (_browser.State, _browser.Error));
        Assert.True((await ViewAsync()).Owner.IsNobody);
    }

    [Fact]
    public async Task An_answer_belongs_to_the_browser_that_asked_and_to_ten_minutes()
    {
        var person = await HireAsync();
        await _browser.OpenAsync(Page);
        await _browser.PressAsync("hospital");
        _browser.StopsBefore = url => url.AbsolutePath == "/signin/callback";
        await _browser.ProveAsync(person);
        var callback = _browser.Url;

        using (var other = new WanderingBrowser(_fleet))
        {
            await other.OpenAsync(callback);
            Assert.Equal(("unavailable", "idp-failed"), (other.State, other.Error));
            await other.OpenAsync(Page);
            await other.PressAsync("hospital");
            await other.OpenAsync(callback);
            Assert.Equal(("free", "idp-failed"), (other.State, other.Error));
        }

        _browser.StopsBefore = _ => false;
        fixture.Time.Shift += TimeSpan.FromMinutes(11);
        await _browser.OpenAsync(callback);
        fixture.Time.Shift -= TimeSpan.FromMinutes(11);
        Assert.Equal(("unavailable", "idp-failed"), (_browser.State, _browser.Error));
        Assert.True((await ViewAsync()).Owner.IsNobody);
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
        await _peer.FaultAsync(new { token = fault });
        await _browser.OpenAsync(Page);
        await _browser.PressAsync("hospital");
        await _browser.ProveAsync(person);
        Assert.Equal(("free", code), (_browser.State, _browser.Error));
        Assert.True((await ViewAsync()).Owner.IsNobody);
    }

    [Fact]
    public async Task Claims_that_the_token_leaves_out_come_from_UserInfo()
    {
        var person = await HireAsync();
        await _peer.FaultAsync(new { token = "bare" });
        await TakeAsync(person);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task Disabled_local_and_unknown_people_are_refused()
    {
        var disabled = await HireAsync();
        (await _admin.PutAsync($"users/{disabled}", new { displayName = "Gone", enabled = false })).Is(HttpStatusCode.OK);
        var local = Login();
        await Ward.HireAsync(_admin, local);
        var elsewhere = await HireAsync(Login(), "clinic");

        await _browser.OpenAsync(Page);
        foreach (var (login, code) in new[] { (disabled, "disabled"), (local, "unknown-person"), (elsewhere, "unknown-person"), (Login(), "unknown-person"), ("nobody", "unknown-person") })
        {
            await _browser.PressAsync("hospital");
            await _browser.ProveAsync(login);
            Assert.Equal(("free", code), (_browser.State, _browser.Error));
        }

        Assert.True((await ViewAsync()).Owner.IsNobody);
        (await _admin.GetAsync($"users/{disabled}")).Is(HttpStatusCode.OK);
        Assert.Empty((await _admin.GetAsync($"users/{local}")).Json!["devices"]!.AsArray());
    }

    [Fact]
    public async Task An_address_that_the_provider_did_not_verify_is_nobodys_name()
    {
        var login = "unverified" + Login();
        await HireAsync($"{login}@ward.example", "clinic");
        await _browser.OpenAsync(Page);
        await _browser.PressAsync("clinic");
        await _browser.ProveAsync(login);
        Assert.Equal(("free", "idp-failed"), (_browser.State, _browser.Error));
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task A_provider_that_may_makes_an_unknown_person_known()
    {
        var login = Login();
        await _browser.OpenAsync(Page);
        await _browser.PressAsync("open");
        await _browser.ProveAsync(login);
        Assert.Equal("ready", _browser.State);
        var made = (await _admin.GetAsync($"users/{login}@upn.example")).Is(HttpStatusCode.OK);
        Assert.Equal(("open", $"Nurse {login}", $"{login}@ward.example"), (made.Text("source"), made.Text("displayName"), made.Text("email")));
    }

    [Fact]
    public async Task Who_changes_their_mind_at_the_provider_is_back_at_the_page()
    {
        await _browser.OpenAsync(Page);
        await _browser.PressAsync("hospital");
        await _browser.CancelAsync();
        Assert.Equal(("free", "idp-cancelled"), (_browser.State, _browser.Error));
    }

    private static string Login() => $"nurse{Interlocked.Increment(ref _people)}";

    private async Task<Device> ViewAsync() => (await _fleet.ViewAsync(_device.Facts.Udid)).Device;

    private Task<string> HireAsync() => HireAsync(Login(), "hospital");

    private Task<string> HireAsync(string userName, string source) => _admin.MakeAsync("users", new { userName, displayName = $"Nurse {userName}", source });

    private async Task TakeAsync(string person)
    {
        await _browser.OpenAsync(Page);
        await _browser.PressAsync("hospital");
        await _browser.ProveAsync(person);
        Assert.Equal(person, (await ViewAsync()).Owner.User.Value);
    }

    private async Task LeaveAsync()
    {
        await _browser.OpenAsync(Page);
        await _browser.SubmitAsync(new Uri(Page + "/out"));
        Assert.Equal("free", _browser.State);
    }

    /// <summary>Time goes by at both ends.</summary>
    private Task PassAsync(int seconds, object faults)
    {
        fixture.Time.Shift += TimeSpan.FromSeconds(seconds);
        return _peer.FaultAsync(faults);
    }
}
