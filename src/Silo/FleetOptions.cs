using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Cluster;
using Mdm.Fleet.Frontend;
using Mdm.Fleet.Outbound.Mail;
using Mdm.Fleet.Outbound.Oidc;
using Mdm.Fleet.Outbound.Push;
using Mdm.Fleet.Silo.Observability;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Silo;

/// <summary>One server: what the command line, the environment or a test says.</summary>
public sealed record FleetOptions
{
    /// <summary>The folder of the master key, and of a SQLite store.</summary>
    public required string DataDirectory { get; init; }

    public required StoreOptions Store { get; init; }

    /// <summary>The key that seals stored secrets; null = from the file in the data folder, made at first start.</summary>
    public byte[]? MasterKey { get; init; }

    public FrontendOptions Frontend { get; init; } = new();

    /// <summary>What of a cluster this process is; an embedded host is all of it.</summary>
    public ClusterSettings Cluster { get; init; } = new();

    /// <summary>Where HTTPS is served; port 0 = a free one; null = not at all.</summary>
    public IPEndPoint? Https { get; init; } = new(IPAddress.Loopback, 8443);

    /// <summary>Where plain HTTP is served, for a proxy or a benchmark.</summary>
    public IPEndPoint? Http { get; init; }

    /// <summary>The certificate for HTTPS with its key, and the certificates above it; null = one of our own.</summary>
    public X509Certificate2Collection? Certificate { get; init; }

    public ApnsOptions Apns { get; init; } = new();

    public SmtpOptions Smtp { get; init; } = new();

    public OidcOptions Oidc { get; init; } = new();

    public ObservabilityOptions Observability { get; init; } = new();

    /// <summary>Events of older days are dropped.</summary>
    public int RetentionDays { get; init; } = 90;

    /// <summary>Where the owner token is written at first start; null = standard output shows it.</summary>
    public string? OwnerTokenFile { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Log lines go to standard error.</summary>
    public bool Logs { get; init; } = true;
}
