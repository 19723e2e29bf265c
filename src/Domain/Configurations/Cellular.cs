using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Configurations;

/// <summary>Apple's <c>AuthenticationType</c> of an access point.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccessPointAuthentication>))]
public enum AccessPointAuthentication
{
    PAP,
    CHAP,
}

/// <summary>Apple's protocol masks: bits, so that both is their sum.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InternetProtocols>))]
public enum InternetProtocols
{
    IPv4 = 1,
    IPv6 = 2,
    Both = 3,
}

/// <summary>An access point name and how to use it. Roaming members and the proxy are for data, not for the attach APN.</summary>
public sealed record AccessPoint(
    string Name,
    AccessPointAuthentication Authentication = AccessPointAuthentication.PAP,
    string? UserName = null,
    string? Password = null,
    InternetProtocols? Protocols = null,
    InternetProtocols? RoamingProtocols = null,
    InternetProtocols? DomesticRoamingProtocols = null,
    string? ProxyServer = null,
    int? ProxyPort = null,
    bool? Xlat464 = null)
{
    internal AccessPoint KeepSecrets(AccessPoint? stored) => this with { Password = Secrets.Keep(Password, UserName is null ? null : stored?.Password) };
}

/// <summary><c>com.apple.cellular</c>: a device takes one such payload. At least one of the two is there.</summary>
public sealed record Cellular(AccessPoint? AttachApn = null) : ConfigurationContent
{
    /// <summary>For data; devices use the first.</summary>
    public ImmutableArray<AccessPoint> Apns { get; init => field = value.IsDefault ? [] : value.RemoveAll(static apn => apn is null); } = [];

    /// <summary>The password of an access point stays with its name.</summary>
    public override ConfigurationContent KeepSecrets(ConfigurationContent? stored)
    {
        var before = stored as Cellular;
        return this with
        {
            AttachApn = AttachApn?.KeepSecrets(before?.AttachApn),
            Apns = [.. Apns.Select(apn => apn.KeepSecrets(before?.Apns.FirstOrDefault(known => known.Name == apn.Name)))],
        };
    }

    public bool Equals(Cellular? other) => other is not null && AttachApn == other.AttachApn && Apns.SequenceEqual(other.Apns);

    public override int GetHashCode() => HashCode.Combine(AttachApn, Apns.Length);
}
