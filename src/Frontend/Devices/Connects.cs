using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Grains.Devices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Storage;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>Takes a connect to its device and answers the next command, rendered; an empty body is the end.</summary>
public sealed partial class Connects(IGrainFactory grains, CommandRenderer renderer, ILogger<Connects> log)
{
    /// <summary>Commands that can't be rendered are passed over; so many in one connect are enough.</summary>
    private const int PassedOverMax = 16;
    private const string Unstorable = "The server could not store what the device answered.";

    public async Task AnswerAsync(HttpResponse response, Connect connect)
    {
        var device = grains.GetGrain<IDevice>(connect.Device.Value);
        if (connect.IsUserChannel)
        {
            await Patient.AnswerAsync(response, () => device.Recognise(connect.Identity.Name));
            return;
        }

        var reply = await TakeAsync(device, connect);
        if (reply.Outcome != CheckInOutcome.Accepted)
            DeviceAnswers.Accepts(response, reply.Outcome);
        else if (reply.Command is not null)
            await HandOutAsync(response, device, connect, reply);
    }

    /// <summary>A result that can't be stored still completes its command: the device would send it again and again.</summary>
    private async ValueTask<ConnectReply> TakeAsync(IDevice device, Connect connect)
    {
        try
        {
            return await CallAsync(device, connect.Request);
        }
        catch (ArgumentException unstorable) when (connect.Request.Report is { } report)
        {
            ResultUnstorable(log, unstorable, connect.Device.Value, report.Id);
            return await CallAsync(device, new ConnectRequest(connect.Identity.Name, report with { Content = null, Detail = Unstorable }));
        }
    }

    /// <summary>An idle connect comes through here: no closure, no second state machine.</summary>
    private static async ValueTask<ConnectReply> CallAsync(IDevice device, ConnectRequest request)
    {
        try
        {
            return await device.Connect(request);
        }
        catch (InconsistentStateException)
        {
            return await device.Connect(request);
        }
    }

    private async Task HandOutAsync(HttpResponse response, IDevice device, Connect connect, ConnectReply reply)
    {
        using var body = new PooledBuffer();
        for (var i = 0; i < PassedOverMax && reply.Command is { } command; i++)
        {
            if (await renderer.TryRenderAsync(command, reply, connect.Identity, body) is not { } problem)
            {
                await WriteAsync(response, body);
                return;
            }

            // One command that can't be made must not hold up those behind it.
            CommandUnrenderable(log, connect.Device.Value, command.Body.RequestType, command.Id, problem);
            body.Clear();
            reply = await CallAsync(device, new ConnectRequest(
                connect.Identity.Name, new CommandReport(command.Id, ReportStatus.CommandFormatError, problem)));
            if (reply.Outcome != CheckInOutcome.Accepted)
            {
                DeviceAnswers.Accepts(response, reply.Outcome);
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Device}: the result of {Command} can't be stored: it counts without what it says")]
    private static partial void ResultUnstorable(ILogger log, Exception failure, string device, Guid command);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Device}: {CommandType} {Command} can't be rendered: {Problem}")]
    private static partial void CommandUnrenderable(ILogger log, string device, string commandType, Guid command, string problem);

    private static async ValueTask WriteAsync(HttpResponse response, PooledBuffer body)
    {
        response.ContentType = "application/xml; charset=UTF-8";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body.Written);
    }
}
