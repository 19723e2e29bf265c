namespace Mdm.Fleet.Outbound.Oidc;

/// <summary>The bounds of speaking with identity providers.</summary>
public sealed record OidcOptions
{
    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest answer that is read.</summary>
    public int AnswerBytesMax { get; init; } = 256 * 1024;

    /// <summary>How long a provider's documents and keys are used without asking again.</summary>
    public TimeSpan DocumentsLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Keys are not asked for more often than this, however many tokens name an unknown one.</summary>
    public TimeSpan KeysPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A provider that failed is not asked again before this, so that a broken one holds nobody up.</summary>
    public TimeSpan FailurePause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Issuers whose documents are kept.</summary>
    public int IssuersMax { get; init; } = 64;
}
