using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Configurations;

/// <summary>Through which proxy a network is left. A closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Manual), "manual")]
[JsonDerivedType(typeof(Auto), "auto")]
public abstract record ProxySettings
{
    private ProxySettings()
    {
    }

    /// <summary>None given keeps the stored password of a manual proxy.</summary>
    internal abstract ProxySettings KeepSecrets(ProxySettings? stored);

    /// <summary>This server and port.</summary>
    public sealed record Manual(string Server, int Port, string? UserName = null, string? Password = null) : ProxySettings
    {
        internal override ProxySettings KeepSecrets(ProxySettings? stored) =>
            this with { Password = Secrets.Keep(Password, UserName is null ? null : (stored as Manual)?.Password) };
    }

    /// <summary>What a PAC file says; without its address the device finds it by WPAD. FallbackAllowed: connect directly when it can't be had.</summary>
    public sealed record Auto(string? PacUrl = null, bool FallbackAllowed = false) : ProxySettings
    {
        internal override ProxySettings KeepSecrets(ProxySettings? stored) => this;
    }
}

/// <summary><c>com.apple.proxy.http.global</c>: one proxy for all HTTP traffic; supervised devices alone take it.</summary>
public sealed record GlobalProxy(ProxySettings Proxy, bool CaptiveLoginAllowed = false) : ConfigurationContent
{
    public override ConfigurationContent KeepSecrets(ConfigurationContent? stored) =>
        this with { Proxy = Proxy.KeepSecrets((stored as GlobalProxy)?.Proxy) };
}
