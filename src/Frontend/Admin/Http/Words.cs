using System.Text.Json;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>Names of values on the wire.</summary>
internal static class Words
{
    /// <summary>An enum's value as the API spells it.</summary>
    public static string Camel<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>An enum's value as a problem's code.</summary>
    public static string Kebab<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
