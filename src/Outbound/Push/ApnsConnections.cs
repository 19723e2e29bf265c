using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Outbound.Push;

/// <summary>One <see cref="ApnsConnection"/> a topic, replaced when the topic's certificate changes or the connection went bad.</summary>
internal sealed class ApnsConnections(ApnsOptions options) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ApnsConnection> _byTopic = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>The connection that shows the certificate, held for the caller, who disposes it once.</summary>
    public ApnsConnection Hold(string topic, X509Certificate2 certificate)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_byTopic.TryGetValue(topic, out var current) && current.Shows(certificate) && current.TryHold())
                return current;
            var next = new ApnsConnection(options, certificate);
            _byTopic[topic] = next;
            current?.Dispose();
            next.TryHold();
            return next;
        }
    }

    /// <summary>The next send of the topic opens a new connection, unless someone replaced this one already.</summary>
    public void Drop(string topic, ApnsConnection bad)
    {
        lock (_gate)
        {
            if (!_byTopic.TryGetValue(topic, out var current) || !ReferenceEquals(current, bad))
                return;
            _byTopic.Remove(topic);
            bad.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var connection in _byTopic.Values)
                connection.Dispose();
            _byTopic.Clear();
        }
    }
}
