using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>
/// A request that is not obeyed: it becomes problem+json with this status and code. Thrown anywhere below the API's gate. The message is
/// the detail that the admin reads.
/// </summary>
public sealed class RefusalException(
    int status, string code, string detail, IReadOnlyDictionary<string, string[]>? errors = null, Exception? inner = null)
    : Exception(detail, inner)
{
    public const string StaleCode = "stale";

    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>What is wrong with which field, by its name in the API.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; } = errors;

    /// <summary>Sent as Retry-After.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static RefusalException NotFound(string what) => new(StatusCodes.Status404NotFound, "not-found", $"There is no such {what}.");

    public static RefusalException Taken(string id) => new(StatusCodes.Status409Conflict, "taken", $"The id or name \"{id}\" is taken.");

    public static RefusalException Stale() =>
        new(StatusCodes.Status412PreconditionFailed, StaleCode, "It was changed meanwhile: read it again, then repeat the change.");

    public static RefusalException Conflict(string code, string detail) => new(StatusCodes.Status409Conflict, code, detail);

    /// <summary>One field is wrong.</summary>
    public static RefusalException Field(string field, string message, string code = "invalid") =>
        new(StatusCodes.Status400BadRequest, code, message, new Dictionary<string, string[]> { [field] = [message] });

    /// <summary>Several fields may be wrong; null = none is.</summary>
    public static RefusalException? Fields(IEnumerable<(string Field, string Message)> problems, string code = "invalid")
    {
        var errors = problems
            .GroupBy(problem => problem.Field)
            .ToDictionary(field => field.Key, field => field.Select(problem => problem.Message).ToArray());
        var detail = string.Join(' ', errors.Values.SelectMany(messages => messages));
        return errors.Count == 0 ? null : new RefusalException(StatusCodes.Status400BadRequest, code, detail, errors);
    }
}
