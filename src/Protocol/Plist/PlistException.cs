namespace Mdm.Fleet.Protocol.Plist;

/// <summary>What makes bytes unfit as a property list.</summary>
public enum PlistError
{
    /// <summary>Not UTF-8, or declared as something else.</summary>
    Encoding,

    /// <summary>A character that XML 1.0 cannot hold.</summary>
    Character,

    /// <summary>Neither XML with a plist element nor bplist00.</summary>
    NotPlist,

    /// <summary>A document type with an internal subset or an entity declaration.</summary>
    DocumentType,

    /// <summary>An entity other than the five predefined ones.</summary>
    Entity,

    /// <summary>Markup that is not well formed, an unknown element or an attribute.</summary>
    Markup,
    Truncated,
    StrayText,
    KeyWithoutValue,
    ValueWithoutKey,
    DuplicateKey,
    Depth,
    Integer,
    Real,
    Data,

    /// <summary>The value has another type than the one asked for.</summary>
    Type,

    /// <summary>An offset, size or reference of a binary property list points outside, or an object type is not supported.</summary>
    Binary,
}

/// <summary>The bytes are not a property list that this codec accepts.</summary>
public sealed class PlistException(PlistError reason, long offset)
    : ProtocolException(ProtocolError.Malformed, $"The property list is refused at byte {offset}: {reason}.")
{
    public PlistError Reason { get; } = reason;

    /// <summary>Where in the input, in bytes from its start.</summary>
    public long Offset { get; } = offset;
}
