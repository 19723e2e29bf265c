namespace Mdm.Fleet.Protocol.Cms;

/// <summary>What a verifier accepts. The default refuses SHA-1, which only old systems still send.</summary>
public sealed record CmsOptions(bool AllowSha1 = false)
{
    public static CmsOptions Strict { get; } = new();
}
