using System.Collections.Immutable;
using System.Text.Json;

namespace Mdm.Fleet.Outbound.Oidc;

/// <summary>Members of objects that others wrote: of the right kind, or absent.</summary>
internal static class JsonMembers
{
    public static string? TextOf(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    public static bool IsTrue(this JsonElement json, string name) => json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    /// <summary>The texts of an array; a default array where there is none.</summary>
    public static ImmutableArray<string> TextsOf(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array
            ? [.. member.EnumerateArray().Where(element => element.ValueKind == JsonValueKind.String).Select(element => element.GetString()!)]
            : default;

    /// <summary>A NumericDate (RFC 7519): seconds since the Unix epoch.</summary>
    public static double? SecondsOf(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out var seconds) && seconds is >= 0 and < 253_402_300_800
            ? seconds
            : null;
}
