using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Mdm.Fleet.Outbound.Oidc;

/// <summary>Discovery documents and keys, kept for a while, by issuer; one request at a time for each.</summary>
internal sealed class ProviderDocuments(OidcHttp http, OidcOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Known> _issuers = new(StringComparer.Ordinal);

    public async Task<ProviderMetadata> MetadataAsync(string issuer, CancellationToken cancellationToken) =>
        (await ReadAsync(issuer, documents => documents.IsFresh(time.GetUtcNow(), options), cancellationToken)).Metadata;

    /// <summary>The keys; asked for anew, at most so often, where the one that is looked for is not among them.</summary>
    public async Task<ImmutableArray<SigningKey>> KeysAsync(string issuer, Func<ImmutableArray<SigningKey>, bool> suffice, CancellationToken cancellationToken) =>
        (await ReadAsync(
            issuer,
            documents => documents.IsFresh(time.GetUtcNow(), options) && (suffice(documents.Keys) || time.GetUtcNow() - documents.At < options.KeysPause),
            cancellationToken)).Keys;

    /// <summary>Asks the provider in any case.</summary>
    public Task<Documents> RenewAsync(string issuer, CancellationToken cancellationToken) => ReadAsync(issuer, null, cancellationToken);

    private async Task<Documents> ReadAsync(string issuer, Func<Documents, bool>? suffice, CancellationToken cancellationToken)
    {
        if (_issuers.Count >= options.IssuersMax && !_issuers.ContainsKey(issuer))
            _issuers.Clear();
        var known = _issuers.GetOrAdd(issuer, _ => new Known());
        await known.Turn.WaitAsync(cancellationToken);
        try
        {
            if (suffice is not null && known.Documents is { } documents && suffice(documents))
                return documents;
            if (suffice is not null && known.Fault is { } fault && time.GetUtcNow() - known.FailedAt < options.FailurePause)
                throw new OidcFaultException(fault.Message, fault);
            return known.Documents = await FetchAsync(issuer, known, cancellationToken);
        }
        finally
        {
            known.Turn.Release();
        }
    }

    private async Task<Documents> FetchAsync(string issuer, Known known, CancellationToken cancellationToken)
    {
        try
        {
            var metadata = ProviderMetadata.Read(await http.GetAsync(ProviderMetadata.AddressOf(issuer), cancellationToken), issuer);
            var documents = new Documents(metadata, SigningKey.ReadSet(await http.GetAsync(metadata.Keys, cancellationToken)), time.GetUtcNow());
            known.Fault = null;
            return documents;
        }
        catch (OidcFaultException fault)
        {
            (known.Fault, known.FailedAt) = (fault, time.GetUtcNow());
            throw;
        }
    }

    internal sealed record Documents(ProviderMetadata Metadata, ImmutableArray<SigningKey> Keys, DateTimeOffset At)
    {
        public bool IsFresh(DateTimeOffset now, OidcOptions options) => now - At < options.DocumentsLife && now >= At;
    }

    private sealed class Known
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public Documents? Documents { get; set; }

        public OidcFaultException? Fault { get; set; }

        public DateTimeOffset FailedAt { get; set; }
    }
}
