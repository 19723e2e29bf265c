using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>What is wrong with a body, in the API's own words: the reader's messages speak of types and constructors of ours.</summary>
internal static partial class BodyFault
{
    private const string UnknownMember = "unknown-member";

    /// <summary>The refusal for what the reader threw. Shape: that of the whole body.</summary>
    public static RefusalException Of(Exception wrong, JsonTypeInfo shape)
    {
        var (path, line) = PlaceOf(wrong);
        if (wrong.InnerException is JsonException syntax)
            return Malformed($"This is not JSON: {Own(syntax.Message)} At {path}, line {line}.", wrong);
        var place = new JsonPlace(shape).At(path);
        if (Missing().Match(wrong.Message) is { Success: true } missing)
            return Fields([.. Names().Matches(missing.Groups[1].Value).Select(name => (JsonPlace.Join(path, name.Groups[1].Value), "It is missing."))], line, wrong);
        if (Unmapped().IsMatch(wrong.Message))
            return Fields([(path, $"There is no such member. Known are {string.Join(", ", place.Siblings)}.")], line, wrong, UnknownMember);
        if (wrong is NotSupportedException)
            return Fields([(JsonPlace.Join(path, place.Discriminator ?? "kind"), $"It says what this is, and it is missing. It is {place.Kinds}.")], line, wrong);
        if (Unrecognized().IsMatch(wrong.Message))
            return Fields([(JsonPlace.Join(path, place.Discriminator ?? "kind"), $"It is {place.Kinds}.")], line, wrong);
        if (Null().IsMatch(wrong.Message))
            return Fields([(path, $"It can't be null: {place.Expected} is expected.")], line, wrong);
        return Fields([(path, IsOurs(wrong.Message) ? $"It doesn't fit: {place.Expected} is expected." : Own(wrong.Message))], line, wrong);
    }

    private static RefusalException Fields((string Path, string Message)[] faults, long line, Exception wrong, string code = "malformed")
    {
        var errors = faults.ToDictionary(fault => JsonPlace.Field(fault.Path), fault => new[] { fault.Message });
        var detail = string.Join(' ', faults.Select(fault => $"{fault.Path}, line {line}: {fault.Message}"));
        return new RefusalException(StatusCodes.Status400BadRequest, code, detail, errors, wrong);
    }

    private static RefusalException Malformed(string detail, Exception wrong) => new(StatusCodes.Status400BadRequest, "malformed", detail, inner: wrong);

    private static (string Path, long Line) PlaceOf(Exception wrong) => wrong switch
    {
        JsonException { Path: { Length: > 0 } path, LineNumber: var line } => (path, (line ?? 0) + 1),
        _ when Tail().Match(wrong.Message) is { Success: true } tail => (tail.Groups[1].Value, long.Parse(tail.Groups[2].ValueSpan, null) + 1),
        _ => ("$", 1),
    };

    /// <summary>A message without the place that the reader adds to it.</summary>
    private static string Own(string message) => message.Split([" Path: ", " LineNumber: "], StringSplitOptions.None)[0];

    private static bool IsOurs(string message) => message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) || Code().IsMatch(message);

    [GeneratedRegex(@"missing required properties including: (.+?)\.$")]
    private static partial Regex Missing();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Names();

    [GeneratedRegex(@"^The JSON property '.*' could not be mapped")]
    private static partial Regex Unmapped();

    [GeneratedRegex("^Read unrecognized type discriminator")]
    private static partial Regex Unrecognized();

    [GeneratedRegex("doesn't allow (setting )?null values")]
    private static partial Regex Null();

    [GeneratedRegex(@"Mdm\.Fleet|System\.|constructor|\.NET|property|metadata")]
    private static partial Regex Code();

    [GeneratedRegex(@" Path: (\S+) \| LineNumber: (\d+) \|")]
    private static partial Regex Tail();
}
