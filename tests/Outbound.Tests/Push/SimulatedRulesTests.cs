using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Mdm.Fleet.Outbound.Tests.Push;

/// <summary>The simulated service refuses what Apple refuses, so that a client that is wrong is found out here.</summary>
public sealed class SimulatedRulesTests : PushRig
{
    [Theory]
    [InlineData("apns-push-type", "alert", 400, "InvalidPushType")]
    [InlineData("apns-priority", "7", 400, "BadPriority")]
    [InlineData("apns-expiration", "tomorrow", 400, "BadExpirationDate")]
    [InlineData("apns-expiration", "-1", 400, "BadExpirationDate")]
    [InlineData("apns-topic", "com.example.app", 400, "BadTopic")]
    [InlineData("apns-topic", "com.apple.mgmt.External.other", 400, "TopicDisallowed")]
    [InlineData("apns-id", "7", 400, "BadMessageId")]
    [InlineData("apns-priority", "10", 200, "")]
    public async Task Each_header_is_checked(string name, string value, int status, string reason)
    {
        using var request = Post("/3/device/" + Token, Body(Magic));
        request.Headers.Add(name, value);

        Assert.Equal((status, reason), await SendAsync(request));
    }

    [Theory]
    [InlineData("/3/device/", 400, "MissingDeviceToken")]
    [InlineData("/3/device/xyz0", 400, "BadDeviceToken")]
    [InlineData("/3/device/abc", 400, "BadDeviceToken")]
    [InlineData("/2/device/00", 404, "BadPath")]
    public async Task The_path_is_checked(string path, int status, string reason) =>
        Assert.Equal((status, reason), await SendAsync(Post(path, Body(Magic))));

    [Fact]
    public async Task The_method_is_checked()
    {
        using var request = Post("/3/device/" + Token, Body(Magic));
        request.Method = HttpMethod.Put;

        Assert.Equal((405, "MethodNotAllowed"), await SendAsync(request));
    }

    [Fact]
    public async Task A_header_that_comes_twice_is_refused()
    {
        using var request = Post("/3/device/" + Token, Body(Magic));
        request.Headers.TryAddWithoutValidation("apns-topic", [Topic, Topic]);

        Assert.Equal((400, "DuplicateHeaders"), await SendAsync(request));
    }

    [Fact]
    public async Task The_payload_is_at_most_4096_bytes_and_has_a_magic()
    {
        const int Frame = 10; // {"mdm":""}

        Assert.Equal((200, ""), await SendAsync(Post("/3/device/" + Token, Body(new('m', 4096 - Frame)))));
        Assert.Equal((413, "PayloadTooLarge"), await SendAsync(Post("/3/device/" + Token, Body(new('m', 4097 - Frame)))));
        Assert.Equal((400, "PayloadEmpty"), await SendAsync(Post("/3/device/" + Token, "")));
        Assert.Equal((400, "PayloadEmpty"), await SendAsync(Post("/3/device/" + Token, """{"aps":{}}""")));
        Assert.Equal((400, "PayloadEmpty"), await SendAsync(Post("/3/device/" + Token, "magic")));
    }

    [Fact]
    public async Task A_certificate_without_a_topic_needs_the_header()
    {
        Held[Topic] = Apns.Authority.IssuePushCertificate(null);

        Assert.Equal((400, "MissingTopic"), await SendAsync(Post("/3/device/" + Token, Body(Magic))));
    }

    [Fact]
    public async Task A_certificate_past_its_time_is_refused()
    {
        Time.Advance(TimeSpan.FromDays(3650));

        Assert.Equal((403, "BadCertificate"), await SendAsync(Post("/3/device/" + Token, Body(Magic))));
    }

    [Fact]
    public async Task Without_a_client_certificate_there_is_no_connection()
    {
        using var http = Http(null);

        await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(Post("/3/device/" + Token, Body(Magic))));
    }

    private static string Body(string magic) => JsonSerializer.Serialize(new { mdm = magic });

    private HttpRequestMessage Post(string path, string body) => new(HttpMethod.Post, new Uri(Apns.PushUrl, path))
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
    };

    private async Task<(int Status, string Reason)> SendAsync(HttpRequestMessage request)
    {
        Apns.Register(Token);
        using var http = Http(await Held.FindAsync(Topic, CancellationToken.None));
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, body.Length == 0 ? "" : JsonDocument.Parse(body).RootElement.GetProperty("reason").GetString()!);
    }

    private HttpClient Http(X509Certificate2? certificate)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(Roots(Apns.Authority));
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        if (certificate is not null)
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        return new HttpClient(new SocketsHttpHandler { SslOptions = tls, UseProxy = false });
    }
}
