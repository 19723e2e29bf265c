using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>How large a rule may be; the parsers keep to it while they read.</summary>
public static class RuleLimits
{
    /// <summary>Rules in one another, the outermost and a comparison included; also parentheses and nots in one another.</summary>
    public const int DepthMax = 16;

    /// <summary>Comparisons, memberships, ands, ors and nots.</summary>
    public const int NodesMax = 256;

    /// <summary>Values of one comparison with in.</summary>
    public const int ValuesMax = 256;

    /// <summary>Characters of a value.</summary>
    public const int ValueLengthMax = AttributeValue.LengthMax;

    /// <summary>Characters of the one-line form as typed. A larger rule is written as JSON.</summary>
    public const int TextLengthMax = 8_192;

    /// <summary>Bytes of the JSON form.</summary>
    public const int JsonBytesMax = 64 * 1024;

    public const int DaysMax = 3_650;
}
