namespace Mdm.Fleet.Domain.Rules;

/// <summary>Where in its text or JSON a part of a rule stands; a text only once it is asked for.</summary>
internal abstract record RulePlace
{
    /// <summary>The first character is in column 1; a character outside the basic plane takes two.</summary>
    public sealed record Column(int Number) : RulePlace
    {
        public override string ToString() => $"column {Number}";
    }

    public sealed record Root : RulePlace
    {
        public override string ToString() => "$";
    }

    public sealed record Member(RulePlace Parent, string Name) : RulePlace
    {
        public override string ToString() => $"{Parent}.{Name}";
    }

    public sealed record Element(RulePlace Parent, int Index) : RulePlace
    {
        public override string ToString() => $"{Parent}[{Index}]";
    }

    public RuleException Refuse(RuleFault fault, string sentence) => new(fault, sentence, ToString());

    /// <summary>What was given, short and printable, to be shown in a sentence.</summary>
    public static string Short(ReadOnlySpan<char> given)
    {
        const int lengthMax = 40;
        var cut = given.Length > lengthMax ? given[..lengthMax] : given;
        Span<char> shown = stackalloc char[cut.Length];
        for (var i = 0; i < cut.Length; i++)
            shown[i] = char.IsControl(cut[i]) || char.IsSurrogate(cut[i]) ? '?' : cut[i];
        return given.Length > lengthMax ? $"{shown}…" : shown.ToString();
    }
}
