using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>
/// A person at the sign-in page of one device, patient with a server that is away: after a lost answer the page is read again, and what it
/// shows decides.
/// </summary>
public sealed class Visit(string device, Uri url, Person person, TrustedRoots roots, TimeSpan patience, TimeProvider time, Random chance) : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);
    private readonly SignInPage _page = new(url, roots);

    /// <summary>Returns when the person holds the device.</summary>
    public Task SignInAsync(CancellationToken cancellationToken) => InsistAsync("the sign-in", async () =>
    {
        var page = await _page.ReadAsync(cancellationToken);
        if (page.Free)
            await _page.SignInAsync(page, person.UserName, person.Password, cancellationToken);
        return page.Free || IsHers(page) ? null : $"the page says {page.State} ({page.UserName})";
    }, cancellationToken);

    /// <summary>Returns when the person does not hold the device any more: the number of the session that ended, or null if there was none.</summary>
    public async Task<long?> SignOutAsync(CancellationToken cancellationToken)
    {
        long? epoch = null;
        await InsistAsync("the sign-out", async () =>
        {
            var page = await _page.ReadAsync(cancellationToken);
            if (!IsHers(page))
                return page.Free ? null : $"the page says {page.State} ({page.UserName})";
            epoch = page.Epoch;
            await _page.SignOutAsync(page, cancellationToken);
            return null;
        }, cancellationToken);
        return epoch;
    }

    /// <summary>What the page shows now.</summary>
    public async Task<SignInState> LookAsync(CancellationToken cancellationToken)
    {
        SignInState? page = null;
        await InsistAsync("the page", async () =>
        {
            page = await _page.ReadAsync(cancellationToken);
            return null;
        }, cancellationToken);
        return page!;
    }

    /// <summary>Returns when the page offers to sign in and says that the last hand-over is clean.</summary>
    public Task WaitForCleanAsync(Func<string> left, CancellationToken cancellationToken) => InsistAsync("a clean hand-over", async () =>
    {
        var page = await _page.ReadAsync(cancellationToken);
        return page is { Free: true, HandOver: "clean" } ? null : $"the page says {page.State}, {page.HandOver}; on the device: {left()}";
    }, cancellationToken);

    public void Dispose() => _page.Dispose();

    private bool IsHers(SignInState page) => string.Equals(page.UserName, person.UserName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Repeats the act until it returns no obstacle.</summary>
    private async Task InsistAsync(string what, Func<Task<string?>> act, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        var backoff = new Backoff(chance, LongestPause);
        while (await ObstacleAsync(act, cancellationToken) is { } obstacle)
        {
            if (time.GetElapsedTime(startedAt) > patience)
                throw new ShiftFailedException($"{device} waits for {what} of {person.UserName}: {obstacle} after {patience.TotalSeconds:F0} s");
            await Task.Delay(backoff.Next(), time, cancellationToken);
        }
    }

    private async Task<string?> ObstacleAsync(Func<Task<string?>> act, CancellationToken cancellationToken)
    {
        try
        {
            return await act();
        }
        catch (HttpRequestException away)
        {
            return away.InnerException?.Message ?? away.Message;
        }
        catch (TaskCanceledException slow) when (!cancellationToken.IsCancellationRequested)
        {
            return slow.Message;
        }
        catch (SignInRefusedException refused) when (refused.Code != "credentials")
        {
            return refused.Message;
        }
        catch (SignInRefusedException refused)
        {
            throw new ShiftFailedException($"{device}: {person.UserName} is refused: {refused.Message}", refused);
        }
    }
}
