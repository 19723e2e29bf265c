using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Storage.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>Sign-ins and sign-outs by outcome, with their durations; the refused ones are logged.</summary>
public sealed partial class SignInMetrics(Meter meter, ILogger<SignInMetrics> log)
{
    /// <summary>Refusals of people who exist. In any other case what was typed as a name may be a password.</summary>
    private static readonly HashSet<string> OfKnownPeople = new(StringComparer.Ordinal) { "pin", "device-limit", "disabled", "identity-provider", "not-offered", "not-enrolled" };

    private readonly Histogram<double> _signIns = meter.CreateHistogram("mdm.sign_in.duration", "s", "Sign-ins of people, by what came of them", advice: FleetTelemetry.Seconds);
    private readonly Histogram<double> _signOuts = meter.CreateHistogram("mdm.sign_out.duration", "s", "Sign-outs of people, by what came of them", advice: FleetTelemetry.Seconds);

    /// <summary>User: as typed, or null.</summary>
    public async Task<SignInRefusalCode?> SignInAsync(string method, EnrollmentId device, string? user, Func<Task<SignInRefusalCode?>> signIn)
    {
        var refusal = await MeasuredAsync(_signIns, [new("method", method)], device, signIn);
        if (refusal is not null)
            SignInRefused(log, device.Value, OfKnownPeople.Contains(refusal.Code) ? user : null, method, refusal.Code);
        return refusal;
    }

    public async Task<SignInRefusalCode?> SignOutAsync(EnrollmentId device, Func<Task<SignInRefusalCode?>> signOut)
    {
        var refusal = await MeasuredAsync(_signOuts, [], device, signOut);
        if (refusal is not null)
            SignOutRefused(log, device.Value, refusal.Code);
        return refusal;
    }

    private static async Task<SignInRefusalCode?> MeasuredAsync(
        Histogram<double> duration, TagList tags, EnrollmentId device, Func<Task<SignInRefusalCode?>> act)
    {
        Activity.Current?.SetTag("mdm.device", device.Value);
        var began = Stopwatch.GetTimestamp();
        var outcome = "failed";
        try
        {
            var refusal = await act();
            outcome = refusal?.Code ?? "done";
            return refusal;
        }
        finally
        {
            tags.Add("outcome", outcome);
            duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, tags);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A sign-in at {Device} is refused: {Code} ({User}, {Method})")]
    private static partial void SignInRefused(ILogger log, string device, string? user, string method, string code);

    [LoggerMessage(Level = LogLevel.Information, Message = "A sign-out at {Device} is refused: {Code}")]
    private static partial void SignOutRefused(ILogger log, string device, string code);
}
