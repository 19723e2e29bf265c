using System.Collections.Concurrent;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Frontend.Admin.Idempotency;

/// <summary>
/// <c>Idempotency-Key</c> on a POST: the same key with the same body gets the first answer again, with another body 422, and 409 while
/// the first is under way. A refused request is not kept.
/// </summary>
internal sealed class IdempotencyFilter(IdempotencyRecords records) : IEndpointFilter
{
    public const string Header = "Idempotency-Key";

    private const int KeyLengthMax = 255;

    private readonly ConcurrentDictionary<string, bool> _underWay = new(StringComparer.Ordinal);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!http.Request.Headers.TryGetValue(Header, out var given))
            return await next(context);
        if (given.ToString() is not { Length: > 0 and <= KeyLengthMax } word)
            throw new RefusalException(StatusCodes.Status400BadRequest, "invalid", $"{Header} has 1 to {KeyLengthMax} characters.");
        var key = IdempotencyRecords.KeyOf(http.Request.Path + http.Request.QueryString, Access.Admin.Of(http).Key, word);
        if (!_underWay.TryAdd(key, true))
            throw RefusalException.Conflict("under-way", "The first request with this key is still under way.");
        try
        {
            var bodyHash = await TakeBodyAsync(http);
            if (await records.FindAsync(key, http.RequestAborted) is not { } known)
                return await DoAsync(context, next, key, bodyHash);
            if (known.BodyHash != bodyHash)
                throw new RefusalException(StatusCodes.Status422UnprocessableEntity, "key-reused", "This key was used for another request.");
            return await ReplayAsync(http, known, records.BodyOf(key, known));
        }
        finally
        {
            _underWay.TryRemove(key, out _);
        }
    }

    private async Task<object?> DoAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, string key, string bodyHash)
    {
        var http = context.HttpContext;
        var response = http.Response.Body;
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        try
        {
            if (await next(context) is IResult result)
                await result.ExecuteAsync(http);
            await http.Response.BodyWriter.FlushAsync();
        }
        finally
        {
            http.Response.Body = response;
        }

        var body = answer.GetBuffer().AsMemory(0, (int)answer.Length);
        if (http.Response.StatusCode is >= 200 and < 300)
            await KeepAsync(http.Response, key, bodyHash, body);
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
        return Results.Empty;
    }

    /// <summary>The work is done, whatever becomes of its answer: one that could not be kept is said, and a retry would do the work again.</summary>
    private async Task KeepAsync(HttpResponse response, string key, string bodyHash, ReadOnlyMemory<byte> body)
    {
        try
        {
            await records.KeepAsync(key, bodyHash, response.StatusCode, response.ContentType, response.Headers.Location, body);
        }
        catch (Exception notKept) when (notKept is RecordConflictException or StoreUnavailableException)
        {
            response.Headers["Idempotency-Kept"] = "false";
        }
    }

    private static async Task<object?> ReplayAsync(HttpContext http, IdempotentAnswer known, byte[] body)
    {
        http.Response.StatusCode = known.Status;
        http.Response.ContentType = known.ContentType;
        http.Response.Headers.Location = known.Location;
        http.Response.Headers["Idempotency-Replayed"] = "true";
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
        return Results.Empty;
    }

    /// <summary>Reads the whole body, and gives it to the handler again.</summary>
    private static async Task<string> TakeBodyAsync(HttpContext http)
    {
        Body.Bound(http, Body.ContentBytesMax);
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        body.Position = 0;
        http.Request.Body = body;
        return IdempotencyRecords.Hash(body.GetBuffer().AsSpan(0, (int)body.Length));
    }
}

/// <summary>How an endpoint takes idempotency keys.</summary>
internal static class IdempotencyRegistration
{
    public static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder route) =>
        route.AddEndpointFilter(static async (context, next) =>
            context.HttpContext.Request.Headers.ContainsKey(IdempotencyFilter.Header)
                ? await context.HttpContext.RequestServices.GetRequiredService<IdempotencyFilter>().InvokeAsync(context, next)
                : await next(context));
}
