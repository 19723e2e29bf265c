using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>The rules by which a session ends by itself (MU-19). Nobody's time has no end.</summary>
public static class SignOuts
{
    /// <summary>How soon a device looks again that may be idle and does not know.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>What has ended the session by now; null = nothing has.</summary>
    public static string? Due(Device device, AutomaticSignOut? rule, RuleContext context)
    {
        if (rule is null || device.Owner.IsNobody)
            return null;
        var (at, by) = Next(device, rule, context);
        if (at > context.Now)
            return null;
        return context.ActiveAt is not null || by == AutomaticSignOut.ByTime ? by : null;
    }

    /// <summary>When to look whether the session is over; null = it does not end by itself.</summary>
    public static DateTimeOffset? LookAt(Device device, AutomaticSignOut? rule, RuleContext context)
    {
        if (rule is null || device.Owner.IsNobody)
            return null;
        var at = Next(device, rule, context).At;
        return at > context.Now ? at : context.Now + Soon;
    }

    private static (DateTimeOffset At, string By) Next(Device device, AutomaticSignOut rule, RuleContext context)
    {
        var since = device.Owner.Since;
        return rule.Next(since, context.ActiveAt is { } active && active > since ? active : since);
    }
}
