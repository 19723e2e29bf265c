using System.Diagnostics;
using Mdm.Fleet.Frontend.Web;
using Mdm.Fleet.Protocol.CheckIn;
using Mdm.Fleet.Protocol.Connect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>
/// The devices' two addresses, before everything else in the pipeline: body within its bound, identity, decode, one grain call, answer.
/// Either address takes both kinds of message, told apart by the content type; without one it is a connect (protocol notes, section 1).
/// </summary>
public sealed class DeviceDoor(
    DeviceIdentities identities, CheckIns checkIns, Connects connects, DeviceRequestMetrics metrics, RequestTraces traces, ILogger<DeviceDoor> log)
{
    public const string CheckInPath = "/mdm/checkin";
    public const string ConnectPath = "/mdm/connect";

    private const int CheckInBytesMax = 1024 * 1024;
    private const int DeclarativeBytesMax = 4 * 1024 * 1024;
    private const int ConnectBytesMax = 16 * 1024 * 1024;
    private const int LargeProvenMax = 64;
    private const int LargeUnprovenMax = 16;
    private const string ConnectType = "application/x-apple-aspen-mdm";
    private const string CheckInType = ConnectType + "-checkin";

    // Who has only claimed to be a device so far can't take the room of those that have proven it.
    private readonly LargeBodies _proven = new(LargeProvenMax);
    private readonly LargeBodies _unproven = new(LargeUnprovenMax);

    public static bool Opens(HttpRequest request) => request.Path.Value is ConnectPath or CheckInPath;

    public async Task AnswerAsync(HttpContext context)
    {
        var began = metrics.Begin(context);
        using var trace = traces.Begin(context, "device request");
        var kind = DeviceRequestKind.Unread;
        try
        {
            if (!HttpMethods.IsPut(context.Request.Method))
                MethodNotAllowed(context.Response);
            else if (IsType(context.Request.ContentType, CheckInType))
                kind = await CheckInAsync(context);
            else if (string.IsNullOrEmpty(context.Request.ContentType) || IsType(context.Request.ContentType, ConnectType))
                kind = await ConnectAsync(context);
            else
                DeviceAnswers.Refuse(context.Response, DeviceRefusal.ContentType);
        }
        catch (Exception e)
        {
            await DeviceAnswers.Failed(context, e, log);
        }

        RequestTraces.End(trace, context);
        metrics.Ended(kind, context.Response.StatusCode, began);
    }

    private async ValueTask<DeviceRequestKind> CheckInAsync(HttpContext context)
    {
        var (known, isSigned) = Who(context);
        if (known is null && !isSigned)
        {
            DeviceAnswers.Refuse(context.Response);
            return DeviceRequestKind.Unread;
        }

        using var body = await RequestBody.ReadAsync(context.Request, DeclarativeBytesMax, known is null ? _unproven : _proven);
        if (IsRefused(context.Response, body))
            return DeviceRequestKind.Unread;

        if ((known ?? identities.OfSignature(context.Request, body.Memory.Span)) is not { } identity)
        {
            DeviceAnswers.Refuse(context.Response);
            return DeviceRequestKind.Unread;
        }

        var message = CheckInMessage.Decode(body.Memory.Span);
        Activity.Current?.SetTag("mdm.device", message.Enrollment.DeviceKey.Value);
        if (body.Memory.Length > CheckInBytesMax && message is not DeclarativeManagement)
            DeviceAnswers.Refuse(context.Response, DeviceRefusal.TooLarge);
        else
            await checkIns.AnswerAsync(context.Response, message, identity);
        return KindOf(message);
    }

    private async ValueTask<DeviceRequestKind> ConnectAsync(HttpContext context)
    {
        var (known, isSigned) = Who(context);
        if (known is null && !isSigned)
        {
            DeviceAnswers.Refuse(context.Response);
            return DeviceRequestKind.Unread;
        }

        Connect connect;
        using (var body = await RequestBody.ReadAsync(context.Request, ConnectBytesMax, known is null ? _unproven : _proven))
        {
            if (IsRefused(context.Response, body))
                return DeviceRequestKind.Unread;

            if ((known ?? identities.OfSignature(context.Request, body.Memory.Span)) is not { } identity)
            {
                DeviceAnswers.Refuse(context.Response);
                return DeviceRequestKind.Unread;
            }

            connect = Connect.Of(ConnectMessage.Decode(body.Memory), identity);
        }

        Activity.Current?.SetTag("mdm.device", connect.Device.Value);
        await connects.AnswerAsync(context.Response, connect);
        return KindOf(connect);
    }

    private static DeviceRequestKind KindOf(CheckInMessage message) => message switch
    {
        { Enrollment.IsUserChannel: true } => DeviceRequestKind.Other,
        Authenticate => DeviceRequestKind.Authenticate,
        TokenUpdate => DeviceRequestKind.TokenUpdate,
        CheckOut => DeviceRequestKind.CheckOut,
        _ => DeviceRequestKind.Other,
    };

    private static DeviceRequestKind KindOf(in Connect connect) =>
        connect.IsUserChannel ? DeviceRequestKind.Other
        : connect.Request.Report is not null ? DeviceRequestKind.Result
        : connect.Request.NotNow is not null ? DeviceRequestKind.NotNow
        : DeviceRequestKind.Idle;


    private (DeviceIdentity? Identity, bool IsSigned) Who(HttpContext context) =>
        identities.OfCertificate(context) is { } identity ? (identity, false) : (null, DeviceIdentities.IsSigned(context.Request));

    private static bool IsRefused(HttpResponse response, in RequestBody body)
    {
        if (body.IsTooLarge)
            DeviceAnswers.Refuse(response, DeviceRefusal.TooLarge);
        else if (body.IsTooMuch)
            DeviceAnswers.Later(response);
        return body.IsTooLarge || body.IsTooMuch;
    }

    /// <summary>The type itself, or with parameters: no other type that begins alike.</summary>
    private static bool IsType(string? contentType, string type) =>
        contentType is not null
        && contentType.StartsWith(type, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == type.Length || contentType[type.Length] is ';' or ' ');

    private static void MethodNotAllowed(HttpResponse response)
    {
        response.Headers.Allow = HttpMethods.Put;
        DeviceAnswers.Refuse(response, DeviceRefusal.Method);
    }
}
