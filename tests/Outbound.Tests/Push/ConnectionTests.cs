using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.LoadSim.Apns;
using Mdm.Fleet.Protocol.Certificates;

namespace Mdm.Fleet.Outbound.Tests.Push;

/// <summary>Connections: kept, replaced, renewed, refused.</summary>
public sealed class ConnectionTests : PushRig
{
    private readonly ConcurrentQueue<string> _connections = new();
    private readonly ConcurrentQueue<string> _shown = new();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Apns.Register(Token);
        Apns.Script = arrival =>
        {
            _connections.Enqueue(arrival.ConnectionId);
            _shown.Enqueue(arrival.ClientCertificate.Thumbprint);
            return Task.FromResult<ApnsReply?>(null);
        };
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task Pushes_share_one_connection()
    {
        var client = Client();
        await client.SendAsync(Push());

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.SendAsync(Push())));

        Assert.Equal(51, _connections.Count);
        Assert.Single(_connections.Distinct());
    }

    [Theory, Trait("Requirement", "PR-04")]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    public async Task A_connection_that_the_service_closes_or_breaks_costs_no_push(int goAwayEvery, int abortEvery)
    {
        var client = Client();
        Apns.Faults = new(GoAwayEvery: goAwayEvery, AbortEvery: abortEvery);

        for (var sent = 0; sent < 20; sent++)
            Assert.IsType<PushResult.Accepted>(await Time.DriveAsync(client.SendAsync(Push())));

        Assert.True(_connections.Distinct().Count() >= 6, $"{_connections.Distinct().Count()} connections");
    }

    [Theory, Trait("Requirement", "PR-04")]
    [InlineData(503, "Shutdown")]
    [InlineData(400, "IdleTimeout")]
    public async Task A_service_that_shuts_down_is_tried_again_on_a_new_connection(int status, string reason)
    {
        var replies = new ConcurrentQueue<ApnsReply>([new(status, reason)]);
        Apns.Script = arrival =>
        {
            _connections.Enqueue(arrival.ConnectionId);
            return Task.FromResult(replies.TryDequeue(out var reply) ? reply : null);
        };

        Assert.IsType<PushResult.Accepted>(await Time.DriveAsync(Client().SendAsync(Push())));
        Assert.Equal(2, _connections.Distinct().Count());
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_renewed_certificate_is_shown_from_the_next_push_on_and_interrupts_none()
    {
        using var renewed = Apns.Authority.IssuePushCertificate(Topic);
        var held = new TaskCompletionSource<ApnsReply?>();
        var arrived = new TaskCompletionSource();
        var client = Client();
        await client.SendAsync(Push());
        var script = Apns.Script;
        Apns.Script = _ =>
        {
            arrived.SetResult();
            return held.Task;
        };
        var under = client.SendAsync(Push());
        await arrived.Task.WaitAsync(Patience);
        Apns.Script = script;

        Held[Topic] = renewed;
        await client.SendAsync(Push());
        held.SetResult(null);

        Assert.IsType<PushResult.Accepted>(await under.WaitAsync(Patience));
        Assert.Equal(2, _shown.Distinct().Count());
        Assert.Equal(renewed.Thumbprint, _shown.Last());
    }

    [Fact, Trait("Requirement", "PR-04"), Trait("Requirement", "PR-09")]
    public async Task A_certificate_that_answers_a_signing_request_pushes_with_the_key_that_stayed_here()
    {
        var request = PushCertificateRequest.Create("renewal");
        using var answer = Apns.Authority.SignPushRequest(request.Der, Topic);
        Held[Topic] = PushCertificate.FromAnswer(answer.RawData, request.KeyPkcs8).Certificate;

        Assert.IsType<PushResult.Accepted>(await Client().SendAsync(Push()));
        Assert.Equal(answer.Thumbprint, _shown.Last());
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task The_same_certificate_loaded_again_keeps_the_connection()
    {
        var client = Client();
        await client.SendAsync(Push());
        var again = await Held.FindAsync(Topic, CancellationToken.None);

        Held[Topic] = X509CertificateLoader.LoadPkcs12(again!.Export(X509ContentType.Pkcs12), null);
        await client.SendAsync(Push());

        Assert.Equal(2, _connections.Count);
        Assert.Single(_connections.Distinct());
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task A_service_of_another_authority_gets_nothing()
    {
        using var stranger = new ApnsAuthority();

        Assert.Equal(new PushResult.Retry("HandshakeFailed"), await Client(Options with { TrustedRoots = Roots(stranger) }).SendAsync(Push()));
        Assert.Equal(new PushResult.Retry("HandshakeFailed"), await Client(Options with { TrustedRoots = [] }).SendAsync(Push()));
        Assert.Equal(0, Apns.Counts.Requests);
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task Without_a_certificate_with_a_key_nothing_is_sent()
    {
        var client = Client();
        var whole = await Held.FindAsync(Topic, CancellationToken.None);
        Held[Topic] = X509CertificateLoader.LoadCertificate(whole!.RawData);

        Assert.Equal(new PushResult.NoCertificate(), await client.SendAsync(Push()));
        Held.Remove(Topic);
        Assert.Equal(new PushResult.NoCertificate(), await client.SendAsync(Push()));
        Assert.Equal(0, Apns.Counts.Requests);
    }

    [Fact, Trait("Requirement", "PR-04")]
    public async Task An_expired_certificate_stops_the_topic_without_a_request()
    {
        var client = Client();
        Time.Advance(TimeSpan.FromDays(3650));

        Assert.Equal(new PushResult.TopicRefused("CertificateExpired"), await client.SendAsync(Push()));
        Assert.Equal(0, Apns.Counts.Requests);
    }
}
