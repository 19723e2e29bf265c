namespace Mdm.Fleet.Protocol.Plist;

/// <summary>What <see cref="PlistReader.Read"/> stopped at.</summary>
public enum PlistToken : byte
{
    /// <summary>Nothing read yet.</summary>
    None,
    BeginDict,
    Key,
    EndDict,
    BeginArray,
    EndArray,
    String,
    Integer,
    Real,
    True,
    False,
    Date,
    Data,

    /// <summary>The document is complete.</summary>
    End,
}

/// <summary>Where a value stands in the input: the text of a scalar, or a container with its tags. Made by <see cref="PlistReader.Capture"/>.</summary>
/// <param name="Plain">The text needs no decoding: no entity, no CDATA, no comment, no carriage return.</param>
public readonly record struct PlistSlice(int Start, int Length, PlistToken Token, bool Plain)
{
    public bool IsPresent => Token != PlistToken.None;
}
