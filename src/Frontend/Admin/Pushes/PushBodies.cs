using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Push;

namespace Mdm.Fleet.Frontend.Admin.Pushes;

/// <summary>How fast pushes go; what is left out is as delivered.</summary>
[KnownMembersOnly(typeof(PushesObject))]
public sealed record PushPaceBody(int Rate = GovernorSettings.PerSecondDefault, int? Burst = null, int JitterSeconds = GovernorSettings.JitterSecondsDefault)
{
    /// <exception cref="RefusalException">A value out of bounds.</exception>
    public GovernorSettings Check()
    {
        var fitting = Math.Max(GovernorSettings.BurstDefault, GovernorSettings.BurstMin(Math.Clamp(Rate, 1, GovernorSettings.PerSecondMax)));
        var settings = new GovernorSettings(Rate, Burst ?? fitting, JitterSeconds);
        return settings.Problem() is { } problem ? throw RefusalException.Field(NameOf(problem.Member), problem.Message) : settings;
    }

    private static string NameOf(string member) => member switch
    {
        nameof(GovernorSettings.PerSecond) => "rate",
        nameof(GovernorSettings.Burst) => "burst",
        _ => "jitterSeconds",
    };
}

/// <summary>What is paused: bulk pushes, or all of them.</summary>
[KnownMembersOnly]
public sealed record PushPauseBody(bool All = false);

/// <summary>Pushes that wait, by who waits for them.</summary>
public sealed record PushesWaiting(int Urgent, int Bulk);

/// <summary>The governor of the topic's pushes. ForecastSeconds: until all that waits has gone; null = never, while it is paused.</summary>
public sealed record PushesObject(
    string Topic,
    int Rate,
    int Burst,
    int JitterSeconds,
    string Paused,
    PushesWaiting Waiting,
    int UnderWay,
    int SentLastMinute,
    long? ForecastSeconds,
    DateTimeOffset? RestsUntil,
    string Etag)
{
    public static PushesObject Of(PushView view) => new(
        view.Topic,
        view.Settings.PerSecond,
        view.Settings.Burst,
        view.Settings.JitterSeconds,
        Words.Camel(view.Settings.Pause),
        new PushesWaiting(view.WaitingUrgent, view.WaitingBulk),
        view.UnderWay,
        view.SentLastMinute,
        view.Forecast is { } forecast ? (long)Math.Ceiling(forecast.TotalSeconds) : null,
        view.RestsUntil,
        view.Etag);
}
