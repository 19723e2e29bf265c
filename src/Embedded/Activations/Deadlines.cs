namespace Mdm.Fleet.Embedded.Activations;

/// <summary>
/// The calls under way that did not end at once, so that the late ones fail. One coarse sweep in place of a timer a call; striped, so
/// that threads seldom meet.
/// </summary>
internal sealed class Deadlines
{
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, 8).Select(_ => new Stripe())];

    public void Add(Call call, TimeSpan deadline)
    {
        var stripe = Environment.CurrentManagedThreadId & (_stripes.Length - 1);
        lock (_stripes[stripe])
        {
            (call.Deadline, call.Stripe) = (deadline, stripe);
            _stripes[stripe].Add(call);
        }
    }

    public void Remove(Call call)
    {
        if (call.Stripe < 0)
            return;
        lock (_stripes[call.Stripe])
            _stripes[call.Stripe].Remove(call);
    }

    /// <summary>
    /// Fails the calls whose deadline has passed; their turns go on. All are marked before the first caller is told, so that none of
    /// them begins its turn because another's end made room.
    /// </summary>
    public void Sweep(TimeSpan now)
    {
        List<Call>? late = null;
        foreach (var stripe in _stripes)
            lock (stripe)
            {
                var from = late?.Count ?? 0;
                for (var call = stripe.First; call is not null; call = call.Later)
                    if (call.Deadline <= now)
                        (late ??= []).Add(call);
                for (var n = from; n < (late?.Count ?? 0); n++)
                    stripe.Remove(late![n]);
            }
        late?.ForEach(call => call.IsLate = true);
        late?.ForEach(call => call.TimeOut());
    }

    private sealed class Stripe
    {
        public Call? First { get; private set; }

        public void Add(Call call)
        {
            call.Later = First;
            if (First is not null)
                First.Earlier = call;
            First = call;
        }

        public void Remove(Call call)
        {
            if (call.Earlier is null && First != call)
                return;
            if (call.Earlier is null)
                First = call.Later;
            else
                call.Earlier.Later = call.Later;
            if (call.Later is not null)
                call.Later.Earlier = call.Earlier;
            call.Earlier = call.Later = null;
        }
    }
}
