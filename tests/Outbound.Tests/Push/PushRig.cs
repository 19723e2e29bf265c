using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.LoadSim.Apns;
using Mdm.Fleet.Outbound.Push;

namespace Mdm.Fleet.Outbound.Tests.Push;

/// <summary>A simulated push service on real HTTP/2 and TLS, the client under test, and a push certificate for one topic.</summary>
public abstract class PushRig : IAsyncLifetime
{
    protected const string Topic = "com.apple.mgmt.External.5f0c2c9e-0000-4000-8000-000000000001";
    protected const string Token = "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9";
    protected const string Magic = "B7B2E3E0-6A4C-4B6D-9C39-1D0C5B8E1F11";

    /// <summary>A test that hangs fails after this, nothing else depends on it.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Lazy<RSA> Key = new(() => RSA.Create(2048)); // making one costs more than most of the tests
    private readonly List<ApnsClient> _clients = [];

    internal ManualTime Time { get; } = new();

    internal Certificates Held { get; } = new();

    protected SimulatedApns Apns { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Apns = await SimulatedApns.StartAsync(new(), Time);
        Held[Topic] = Apns.Authority.IssuePushCertificate(Topic, key: Key.Value);
    }

    public async Task DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Apns.DisposeAsync();
    }

    protected ApnsOptions Options => new() { BaseUrl = Apns.PushUrl, TrustedRoots = Roots(Apns.Authority) };

    protected static X509Certificate2Collection Roots(ApnsAuthority authority) => [X509Certificate2.CreateFromPem(authority.RootPem)];

    protected ApnsClient Client(ApnsOptions? options = null)
    {
        var client = new ApnsClient(options ?? Options, Held, Time, new Random(1));
        _clients.Add(client);
        return client;
    }

    protected PushRequest Push(string token = Token, string magic = Magic, TimeSpan? keep = null) =>
        new(Topic, Convert.FromHexString(token), magic, Time.GetUtcNow() + (keep ?? TimeSpan.FromDays(1)));

    /// <summary>The service answers so, whatever comes.</summary>
    protected void AnswerAlways(ApnsReply reply) => Apns.Script = _ => Task.FromResult<ApnsReply?>(reply);

    /// <summary>The service answers these in turn, then by itself.</summary>
    protected void AnswerInTurn(params ApnsReply[] replies)
    {
        var queue = new ConcurrentQueue<ApnsReply>(replies);
        Apns.Script = _ => Task.FromResult(queue.TryDequeue(out var reply) ? reply : null);
    }

    /// <summary>What a device that connects now finds stored.</summary>
    protected Task<string?> StoredAsync(string token = Token) => Apns.NextAsync(token, TimeSpan.Zero);

    internal sealed class Certificates : IPushCertificates
    {
        private readonly ConcurrentDictionary<string, X509Certificate2> _byTopic = new();

        public X509Certificate2 this[string topic]
        {
            set => _byTopic[topic] = value;
        }

        public void Remove(string topic) => _byTopic.TryRemove(topic, out _);

        public ValueTask<X509Certificate2?> FindAsync(string topic, CancellationToken cancellationToken) => new(_byTopic.GetValueOrDefault(topic));
    }
}
