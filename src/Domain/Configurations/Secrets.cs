namespace Mdm.Fleet.Domain.Configurations;

/// <summary>How a secret that is written and never shown goes through a change.</summary>
internal static class Secrets
{
    /// <summary>None given = the stored one; an empty text = none any more.</summary>
    public static string? Keep(string? given, string? stored) => given switch
    {
        null => stored,
        "" => null,
        _ => given,
    };
}
