namespace Mdm.Fleet.Domain.Push;

/// <summary>Sends one push that makes a device connect. Safe for any number of callers; the process boundary to Apple's push service.</summary>
public interface IPushSender
{
    /// <summary>
    /// Sends, with the few retries that help at once, and answers what became of it. Failures are results, never exceptions.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<PushResult> SendAsync(PushRequest request, CancellationToken cancellationToken = default);
}

/// <summary>A push to one device channel.</summary>
/// <param name="Topic">The push certificate's subject UID, <c>com.apple.mgmt.…</c>.</param>
/// <param name="Token">The device's push token: opaque bytes of any length.</param>
/// <param name="PushMagic">The text that the device expects back, from its TokenUpdate.</param>
/// <param name="Expires">Until when the push service keeps it for a device that is offline; the Unix epoch or earlier = try once.</param>
public sealed record PushRequest(string Topic, ReadOnlyMemory<byte> Token, string PushMagic, DateTimeOffset Expires)
{
    /// <summary>Token and magic let anyone with the certificate wake the device, so a log line shows the topic alone.</summary>
    public override string ToString() => $"push of {Token.Length} token bytes to {Topic}";
}
