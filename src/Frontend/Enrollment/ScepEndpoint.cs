using System.Net;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Frontend.Web;
using Mdm.Fleet.Protocol.Scep;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Frontend.Enrollment;

/// <summary>
/// SCEP over HTTP (protocol notes, section 13). Unauthenticated, so bounded in size, in concurrency, and per address in failures; a
/// challenge that is right works from any address.
/// </summary>
public sealed class ScepEndpoint(ScepIssuing issuing, TrustedProxies proxies, TimeProvider time, ILogger<ScepEndpoint> log) : IDisposable
{
    private const int MessageBytesMax = 64 * 1024;
    private const int WaitingMax = 512;
    private const int FailuresMax = 60;

    private readonly FailureLimit<IPAddress> _failures = new(time, FailuresMax);
    private readonly SemaphoreSlim _slots = new(2 * Environment.ProcessorCount);
    private int _waiting;

    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            switch (context.Request.Query["operation"].ToString())
            {
                case "GetCACaps":
                    await WriteAsync(context.Response, ScepResponder.CapabilitiesContentType, System.Text.Encoding.ASCII.GetBytes(issuing.Capabilities));
                    break;
                case "GetCACert":
                    await WriteAsync(context.Response, ScepResponder.CertificateContentType, issuing.CaCertificate);
                    break;
                case "PKIOperation":
                    await BoundedAsync(context);
                    break;
                default:
                    await DeviceAnswers.Malformed(context.Response, "No such SCEP operation.");
                    break;
            }
        }
        catch (ScepException e)
        {
            if (IsTooMany(context))
                Later(context.Response, StatusCodes.Status429TooManyRequests, "60");
            else
                await DeviceAnswers.Malformed(context.Response, e.Message);
        }
        catch (Exception e)
        {
            await DeviceAnswers.Failed(context, e, log);
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task BoundedAsync(HttpContext context)
    {
        // Read before a slot is held: one who sends slowly keeps nobody else waiting.
        if (await MessageAsync(context.Request) is not { } message)
        {
            DeviceAnswers.Refuse(context.Response, DeviceRefusal.TooLarge);
            return;
        }

        if (Interlocked.Increment(ref _waiting) > WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            Later(context.Response, StatusCodes.Status503ServiceUnavailable, "10");
            return;
        }

        try
        {
            await _slots.WaitAsync(context.RequestAborted);
            try
            {
                await OperateAsync(context, message);
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task OperateAsync(HttpContext context, byte[] message)
    {
        var result = await issuing.AnswerAsync(message);
        if (result.IsRefusal && IsTooMany(context))
            Later(context.Response, StatusCodes.Status429TooManyRequests, "60");
        else
            await WriteAsync(context.Response, ScepResponder.MessageContentType, result.CertRep);
    }

    /// <summary>Counts a failure of the client.</summary>
    private bool IsTooMany(HttpContext context) => _failures.Failed(proxies.ClientOf(context));

    private async Task<byte[]?> MessageAsync(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method))
            return issuing.FromQuery(request.Query["message"].ToString());
        using var body = await RequestBody.ReadAsync(request, MessageBytesMax);
        return body.IsTooLarge ? null : body.Memory.ToArray();
    }

    private static void Later(HttpResponse response, int status, string seconds)
    {
        response.StatusCode = status;
        response.Headers.RetryAfter = seconds;
    }

    private static Task WriteAsync(HttpResponse response, string contentType, byte[] body)
    {
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, 0, body.Length);
    }
}
