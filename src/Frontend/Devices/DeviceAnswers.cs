using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Protocol;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Cms;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>
/// What devices are answered. A device that gets a bare 401 removes its enrolment, so one function alone sends it (PR-03); whatever goes
/// wrong here or behind is 400, 403 or 5xx, which a device takes as "later".
/// </summary>
public static partial class DeviceAnswers
{
    private const string RetryAfterSeconds = "10";

    /// <summary>200 without a body: nothing more to do.</summary>
    public static void Accept(HttpResponse response) => response.StatusCode = StatusCodes.Status200OK;

    /// <summary>200 or the refusal of a device that is not heard. True = accepted.</summary>
    public static bool Accepts(HttpResponse response, CheckInOutcome outcome)
    {
        switch (outcome)
        {
            case CheckInOutcome.Accepted:
                Accept(response);
                return true;
            case CheckInOutcome.Unknown or CheckInOutcome.WrongIdentity:
                Refuse(response);
                return false;
            case CheckInOutcome.Ended:
                Unenrol(response);
                return false;
            default:
                throw new InvalidOperationException($"{outcome} has no answer.");
        }
    }

    /// <summary>403 without a body: unknown device, another's identity, or none. The device tries again later and keeps its enrolment.</summary>
    public static void Refuse(HttpResponse response) => response.StatusCode = StatusCodes.Status403Forbidden;

    /// <summary>400 with a reason that never repeats the input.</summary>
    public static Task Malformed(HttpResponse response, string reason)
    {
        response.StatusCode = StatusCodes.Status400BadRequest;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(reason);
    }

    /// <summary>Any other refusal, without a body.</summary>
    public static void Refuse(HttpResponse response, DeviceRefusal refusal) => response.StatusCode = (int)refusal;

    /// <summary>503: the device comes again.</summary>
    public static void Later(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = RetryAfterSeconds;
    }

    /// <summary>What an exception is to a device. A connection that is gone gets no answer.</summary>
    public static Task Failed(HttpContext context, Exception failure, ILogger log)
    {
        var response = context.Response;
        if (response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        switch (failure)
        {
            case ProtocolException or CmsException or CertificateFormatException:
                return Malformed(response, failure.Message);
            case BadHttpRequestException bad:
                response.StatusCode = bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? bad.StatusCode : StatusCodes.Status400BadRequest;
                break;
            case StoreUnavailableException or OrleansException or TimeoutException or RecordConflictException:
                NotNow(log, context.Request.Path.Value, failure.Message);
                Later(response);
                break;
            default:
                RequestFailed(log, failure, context.Request.Path.Value);
                response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: not now: {Reason}")]
    private static partial void NotNow(ILogger log, string? path, string reason);

    [LoggerMessage(EventName = "Failed", Level = LogLevel.Error, Message = "{Path} failed")]
    private static partial void RequestFailed(ILogger log, Exception failure, string? path);

    /// <summary>Tells a device to remove its enrolment: an admin ended it explicitly. Nothing else may answer 401.</summary>
    private static void Unenrol(HttpResponse response) => response.StatusCode = StatusCodes.Status401Unauthorized;
}

/// <summary>Refusals that say no more than their status.</summary>
public enum DeviceRefusal
{
    /// <summary>No such declaration.</summary>
    NotFound = 404,

    /// <summary>Not PUT.</summary>
    Method = 405,

    /// <summary>The user is not managed for this session (macOS).</summary>
    UserNotManaged = 410,
    TooLarge = 413,

    /// <summary>A content type of no device.</summary>
    ContentType = 415,
}
