using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Devices;

[JsonConverter(typeof(JsonStringEnumConverter<Platform>))]
public enum Platform
{
    /// <summary>iOS and iPadOS.</summary>
    [JsonStringEnumMemberName("iOS")]
    IOS,

    [JsonStringEnumMemberName("macOS")]
    MacOS,

    [JsonStringEnumMemberName("other")]
    Other,
}

/// <summary>What the device said of itself at Authenticate and in DeviceInformation; null = it did not say.</summary>
public sealed record DeviceFacts(
    string? Name = null,
    string? SerialNumber = null,
    string? ProductName = null,
    string? Model = null,
    string? OsVersion = null,
    string? BuildVersion = null,
    bool? Supervised = null)
{
    public static DeviceFacts None { get; } = new();

    /// <summary>Characters of each that are kept.</summary>
    public const int LengthMax = 256;

    /// <summary>What a device says is kept with it, so it is bounded.</summary>
    public DeviceFacts Clipped() => this with
    {
        Name = Clip(Name),
        SerialNumber = Clip(SerialNumber),
        ProductName = Clip(ProductName),
        Model = Clip(Model),
        OsVersion = Clip(OsVersion),
        BuildVersion = Clip(BuildVersion),
    };

    private static string? Clip(string? text) => text is { Length: > LengthMax } ? text[..LengthMax] : text;

    /// <summary>By the product name ("iPad13,1", "MacBookPro18,3"); a device that gives none is taken for an iPad.</summary>
    [JsonIgnore]
    public Platform Platform => ProductName switch
    {
        null => Platform.IOS,
        _ when ProductName.StartsWith("iPad", StringComparison.Ordinal) || ProductName.StartsWith("iPhone", StringComparison.Ordinal)
            || ProductName.StartsWith("iPod", StringComparison.Ordinal) => Platform.IOS,
        _ when ProductName.Contains("Mac", StringComparison.Ordinal) => Platform.MacOS,
        _ => Platform.Other,
    };
}
