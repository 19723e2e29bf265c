using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.IdentityProviders;

/// <summary>A test at the sign-in page of an iPad of its own, with a browser of its own and a provider without faults.</summary>
public abstract class ProviderTest(ProviderFixture fixture) : IClassFixture<ProviderFixture>, IAsyncLifetime, IDisposable
{
    private static int _people;

    private SimulatedDevice _device = null!;

    private protected TestFleet Fleet => fixture.Fleet;

    private protected OidcPeer Peer => fixture.Peer;

    private protected ShiftedTime Time => fixture.Time;

    private protected WanderingBrowser Browser { get; private set; } = null!;

    private protected ApiClient AdminApi { get; private set; } = null!;

    private protected Uri Page { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        AdminApi = new ApiClient(Fleet);
        _device = await Ward.EnrolAsync(Fleet);
        Page = new Uri(Fleet.PublicUrl, $"/signin/{(await ViewAsync()).SignInToken}");
        Browser = new WanderingBrowser(Fleet);
        await Peer.FaultAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        Browser.Dispose();
        _device.Dispose();
        AdminApi.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static string Login() => $"nurse{Interlocked.Increment(ref _people)}";

    private protected async Task<Device> ViewAsync() => (await Fleet.ViewAsync(_device.Facts.Udid)).Device;

    private protected Task<string> HireAsync() => HireAsync(Login(), "hospital");

    private protected Task<string> HireAsync(string userName, string source) => AdminApi.MakeAsync("users", new { userName, displayName = $"Nurse {userName}", source });

    private protected async Task TakeAsync(string person)
    {
        await Browser.OpenAsync(Page);
        await Browser.PressAsync("hospital");
        await Browser.ProveAsync(person);
        Assert.Equal(person, (await ViewAsync()).Owner.User.Value);
    }

    private protected async Task LeaveAsync()
    {
        await Browser.OpenAsync(Page);
        await Browser.SubmitAsync(new Uri(Page + "/out"));
        Assert.Equal("free", Browser.State);
    }

    /// <summary>Time goes by at both ends.</summary>
    private protected Task PassAsync(int seconds, object faults)
    {
        Time.Shift += TimeSpan.FromSeconds(seconds);
        return Peer.FaultAsync(faults);
    }
}
