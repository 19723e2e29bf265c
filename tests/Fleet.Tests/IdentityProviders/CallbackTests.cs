namespace Mdm.Fleet.Fleet.Tests.IdentityProviders;

/// <summary>An answer of a provider counts once, in one browser, for a while, and for the device as it was when the person set out.</summary>
public sealed class CallbackTests(ProviderFixture fixture) : ProviderTest(fixture)
{
    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task A_callback_that_comes_again_signs_nobody_in_again_even_after_a_restart()
    {
        var person = await HireAsync();
        await Browser.OpenAsync(Page);
        await Browser.PressAsync("hospital");
        var flow = Browser.Cookies.All.Single(cookie => cookie.Name == "fleet_flow");
        Assert.Equal(("lax", true, true, "/signin/callback"), (flow.SameSite, flow.HttpOnly, flow.Secure, flow.Path));
        await Browser.ProveAsync(person);
        Assert.Equal(person, (await ViewAsync()).Owner.User.Value);
        var callback = Browser.Visited.Single(url => url.AbsolutePath == "/signin/callback");
        await LeaveAsync();

        await Browser.OpenAsync(callback);
        Assert.Equal(("unavailable", "idp-failed"), (Browser.State, Browser.Error));

        // A thief keeps the cookie, and a careless provider takes its code again: all that is checked of the answer is right.
        await Peer.FaultAsync(new { reuse = true });
        Browser.Cookies.Put(flow);
        await Browser.OpenAsync(callback);
        Assert.Equal(("free", "idp-stale"), (Browser.State, Browser.Error));
        await Fleet.StopAsync();
        await Fleet.StartAgainAsync();
        Browser.Cookies.Put(flow);
        await Browser.OpenAsync(callback);
        Assert.Equal(("free", "idp-stale"), (Browser.State, Browser.Error));
        Assert.True((await ViewAsync()).Owner.IsNobody);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task A_sign_in_begun_before_somebody_else_came_and_left_is_refused()
    {
        var person = await HireAsync();
        var other = await HireAsync();
        await Browser.OpenAsync(Page);
        await Browser.PressAsync("hospital");
        using (var elsewhere = new WanderingBrowser(Fleet))
        {
            await elsewhere.OpenAsync(Page);
            await elsewhere.PressAsync("hospital");
            await elsewhere.ProveAsync(other);
            await elsewhere.SubmitAsync(new Uri(Page + "/out"));
            Assert.Equal("free", elsewhere.State);
        }

        await Browser.ProveAsync(person);
        Assert.Equal(("free", "idp-stale"), (Browser.State, Browser.Error));
        Assert.True((await ViewAsync()).Owner.IsNobody);
    }

    [Fact]
    public async Task An_answer_belongs_to_the_browser_that_asked_and_to_ten_minutes()
    {
        var person = await HireAsync();
        await Browser.OpenAsync(Page);
        await Browser.PressAsync("hospital");
        Browser.StopsBefore = url => url.AbsolutePath == "/signin/callback";
        await Browser.ProveAsync(person);
        var callback = Browser.Url;

        using (var other = new WanderingBrowser(Fleet))
        {
            await other.OpenAsync(callback);
            Assert.Equal(("unavailable", "idp-failed"), (other.State, other.Error));
            await other.OpenAsync(Page);
            await other.PressAsync("hospital");
            await other.OpenAsync(callback);
            Assert.Equal(("free", "idp-failed"), (other.State, other.Error));
            await other.PressAsync("hospital");
            await other.OpenAsync(new Uri(Page, "/signin/callback?error=access_denied&state=guessed"));
            Assert.Equal(("free", "idp-failed"), (other.State, other.Error));
        }

        Browser.StopsBefore = _ => false;
        Time.Shift += TimeSpan.FromMinutes(11);
        await Browser.OpenAsync(callback);
        Time.Shift -= TimeSpan.FromMinutes(11);
        Assert.Equal(("unavailable", "idp-failed"), (Browser.State, Browser.Error));
        Assert.True((await ViewAsync()).Owner.IsNobody);
    }
}
