using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Certificates;

/// <summary>
/// The random reference that binds an enrolment's profile, its SCEP challenge and its certificate.
/// It stands in the certificate's subject as organizational unit (2.5.4.11): 1 to 64 of A-Z a-z 0-9 - _.
/// </summary>
public readonly record struct EnrollmentReference
{
    internal const string SubjectOid = "2.5.4.11";
    private const int CharsMax = 64;

    private EnrollmentReference(string value) => Value = value;

    public string Value { get; }

    /// <summary>Null when the text is no reference.</summary>
    public static EnrollmentReference? Parse(string? text) =>
        text is { Length: > 0 and <= CharsMax } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? new EnrollmentReference(text) : null;

    /// <summary>Reads it from the subject of a certificate; null unless there is exactly one, well-formed.</summary>
    public static EnrollmentReference? FromCertificate(X509Certificate2 certificate) => FromName(certificate.SubjectName);

    /// <summary>Reads it from a name, as a signing request also has one; null unless there is exactly one, well-formed.</summary>
    public static EnrollmentReference? FromName(X500DistinguishedName name) =>
        Subject.Values(name, SubjectOid) is [var single] ? Parse(single) : null;

    public override string ToString() => Value ?? "";
}

/// <summary>Reads attributes of a distinguished name by object identifier.</summary>
internal static class Subject
{
    public static IReadOnlyList<string> Values(X500DistinguishedName name, string oid)
    {
        try
        {
            return [.. name.EnumerateRelativeDistinguishedNames()
                .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == oid)
                .Select(part => part.GetSingleElementValue() ?? "")];
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            return [];
        }
    }
}
