using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.SignIn;

/// <summary>What strangers send to the pages' forms is bounded before it is read, whether or not it says how long it is.</summary>
public sealed class FormBoundsTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private const string Form = "application/x-www-form-urlencoded";

    private readonly TestFleet _fleet = fixture.Fleet;

    [Theory]
    [InlineData("/register")]
    [InlineData("/invitation/no-such-link")]
    [InlineData("sign-in")]
    public async Task A_body_of_unknown_length_is_read_up_to_the_bound_and_no_further(string path)
    {
        var url = await PathAsync(path);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, url.Port);
        using var tls = new SslStream(client.GetStream());
        var options = _fleet.Roots.ForClient();
        options.TargetHost = url.Host;
        await tls.AuthenticateAsClientAsync(options);
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"POST {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: {Form}\r\nTransfer-Encoding: chunked\r\n\r\n"));
        for (var part = 0; part < 17; part++)
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"1000\r\nk={new string('x', 0xffd)}&\r\n"));

        // The body has no end: only who stops reading can answer.
        using var reader = new StreamReader(tls);
        Assert.StartsWith("HTTP/1.1 413", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/register")]
    [InlineData("/invitation/no-such-link")]
    [InlineData("sign-in")]
    public async Task A_body_that_says_it_is_too_long_or_that_is_no_form_is_refused_with_a_page(string path)
    {
        var url = await PathAsync(path);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(url, new ByteArrayContent(new byte[65_537]), Form)).Status);
        foreach (var type in new[] { "multipart/form-data; boundary=x", "application/json", "application/x-www-form-urlencoded-not" })
        {
            var (status, html) = await PostAsync(url, new ByteArrayContent("--x--\r\n"u8.ToArray()), type);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
            Assert.Contains("<main", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_says_so_and_stays_a_page_that_can_be_used()
    {
        var (_, html) = await PostAsync(new Uri(_fleet.PublicUrl, "/register"), new ByteArrayContent(new byte[65_537]), Form);
        Assert.Contains("data-error=\"too-large\"", html, StringComparison.Ordinal);
        Assert.Contains("Please fill in the form here.", html, StringComparison.Ordinal);
        Assert.Contains("name=\"secret\"", html, StringComparison.Ordinal);
        var many = string.Join('&', Enumerable.Range(0, 64).Select(i => $"f{i}=x"));
        (var status, html) = await PostAsync(new Uri(_fleet.PublicUrl, "/register"), new ByteArrayContent(Encoding.ASCII.GetBytes(many)), Form);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("data-error=\"too-large\"", html, StringComparison.Ordinal);
    }

    private async Task<Uri> PathAsync(string path)
    {
        if (path != "sign-in")
            return new Uri(_fleet.PublicUrl, path);
        using var device = await Ward.EnrolAsync(_fleet);
        return new Uri(_fleet.PublicUrl, $"/signin/{(await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken}/in");
    }

    private async Task<(HttpStatusCode Status, string Html)> PostAsync(Uri url, HttpContent body, string type)
    {
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = _fleet.Roots.ForClient() });
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = body };
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
