using Mdm.Fleet.Domain.Configurations;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>What is wrong with proxies and cellular settings.</summary>
internal static class NetworkCheck
{
    /// <summary>Access points of a payload; devices use the first.</summary>
    private const int ApnsMax = 16;

    /// <summary>Null = no proxy.</summary>
    public static IEnumerable<ConfigurationProblem> Proxy(ProxySettings? proxy) => proxy switch
    {
        null => [],
        ProxySettings.Manual manual =>
        [
            .. FieldCheck.Host("proxy.server", manual.Server),
            .. FieldCheck.Port("proxy.port", manual.Port),
            .. FieldCheck.Text("proxy.userName", manual.UserName),
            .. FieldCheck.Secret("proxy.password", manual.Password),
            .. NeedsUserName("proxy", manual.UserName, manual.Password),
        ],
        ProxySettings.Auto auto => FieldCheck.WebAddress("proxy.pacUrl", auto.PacUrl),
        _ => throw new InvalidOperationException("ProxySettings is a closed family."),
    };

    public static IEnumerable<ConfigurationProblem> Cellular(Cellular cellular)
    {
        if (cellular is { AttachApn: null, Apns.IsEmpty: true })
            yield return new("apns", "There is an attach APN, or at least one for data.");
        if (cellular.Apns.Length > ApnsMax)
            yield return new("apns", $"There are at most {ApnsMax} access points.");
        foreach (var problem in cellular.AttachApn is { } attach ? AttachApn(attach) : [])
            yield return problem;
        foreach (var problem in cellular.Apns.Take(ApnsMax).SelectMany((apn, at) => AccessPoint($"apns[{at}]", apn)))
            yield return problem;
    }

    private static IEnumerable<ConfigurationProblem> AttachApn(AccessPoint apn)
    {
        foreach (var problem in AccessPoint("attachApn", apn))
            yield return problem;
        if (apn.ProxyServer is not null || apn.ProxyPort is not null)
            yield return new("attachApn.proxyServer", "Access points for data alone have a proxy.");
        if (apn.RoamingProtocols is not null || apn.DomesticRoamingProtocols is not null || apn.Xlat464 is not null)
            yield return new("attachApn.roamingProtocols", "Access points for data alone say what roams and how.");
    }

    private static IEnumerable<ConfigurationProblem> AccessPoint(string field, AccessPoint apn)
    {
        IEnumerable<ConfigurationProblem> fields =
        [
            .. FieldCheck.Text($"{field}.name", apn.Name),
            .. FieldCheck.Word<AccessPointAuthentication>($"{field}.authentication", apn.Authentication),
            .. FieldCheck.Text($"{field}.userName", apn.UserName),
            .. FieldCheck.Secret($"{field}.password", apn.Password),
            .. FieldCheck.Word($"{field}.protocols", apn.Protocols),
            .. FieldCheck.Word($"{field}.roamingProtocols", apn.RoamingProtocols),
            .. FieldCheck.Word($"{field}.domesticRoamingProtocols", apn.DomesticRoamingProtocols),
            .. FieldCheck.Host($"{field}.proxyServer", apn.ProxyServer),
            .. FieldCheck.Port($"{field}.proxyPort", apn.ProxyPort),
            .. NeedsUserName(field, apn.UserName, apn.Password),
        ];
        foreach (var problem in fields)
            yield return problem;
        if (apn is { ProxyServer: null, ProxyPort: not null })
            yield return new($"{field}.proxyServer", "There is a port of a proxy and no proxy.");
    }

    private static IEnumerable<ConfigurationProblem> NeedsUserName(string field, string? userName, string? password)
    {
        if (userName is null && password is not null)
            yield return new($"{field}.userName", "There is a password and nobody whose it is.");
    }
}
