namespace Mdm.Fleet.Domain.Text;

/// <summary>Why a text with variables is refused.</summary>
public enum TemplateFault
{
    UnknownVariable,

    /// <summary>lastSeen: what changes with every contact would be sent with every contact.</summary>
    ForbiddenVariable,

    /// <summary><c>${</c> without a name and a closing brace.</summary>
    Malformed,
    TooManyVariables,

    /// <summary>In a CDATA section of XML, where a value could not be escaped.</summary>
    InCData,
}

/// <summary>A text with variables that is refused. The message is for the admin.</summary>
/// <param name="member">Which text of a content, by its JSON path (<c>label</c>, <c>urls[0]</c>); null for a text alone.</param>
public sealed class TemplateException(TemplateFault fault, string? variable = null, string? member = null) : Exception(Sentence(fault, variable, member))
{
    public TemplateFault Fault { get; } = fault;

    public string? Variable { get; } = variable;

    public string? Member { get; } = member;

    private static string Sentence(TemplateFault fault, string? variable, string? member) => (member is null ? "" : $"In {member}: ") + fault switch
    {
        TemplateFault.UnknownVariable => $"there is no attribute {variable}; write $${{{variable}}} for these characters themselves.",
        TemplateFault.ForbiddenVariable => $"{variable} changes with every contact and cannot be substituted.",
        TemplateFault.Malformed => "${ is followed by an attribute's name and }; write $${ for these characters themselves.",
        TemplateFault.TooManyVariables => "there are too many variables.",
        TemplateFault.InCData => $"${{{variable}}} stands in a CDATA section, where its value can't be escaped.",
        _ => throw new InvalidOperationException("TemplateFault is a closed set."),
    };
}
