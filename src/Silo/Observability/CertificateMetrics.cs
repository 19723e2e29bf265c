using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains.Push;
using Orleans;

namespace Mdm.Fleet.Silo.Observability;

/// <summary>The days until the certificates end that somebody has to renew.</summary>
internal sealed partial class CertificateMetrics : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly InstallationKeys _keys;
    private readonly X509Certificate2? _given;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private long _pushEndsTicks;

    public CertificateMetrics(
        InstallationKeys keys, FleetOptions options, IGrainFactory grains, TimeProvider time, Meter meter, ILogger<CertificateMetrics> log)
    {
        (_keys, _given, _grains, _time, _log) = (keys, options.Certificate?[0], grains, time, log);
        meter.CreateObservableGauge("mdm.certificate.expiry", Read, "d", "Days until a certificate ends");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, _time);
        do
        {
            try
            {
                var push = await _grains.GetGrain<IPushCertificate>(IPushCertificate.Key).View();
                Volatile.Write(ref _pushEndsTicks, push?.NotAfter.UtcTicks ?? 0);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                NotRead(_log, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<double>> Read()
    {
        var now = _time.GetUtcNow();
        yield return Days("tls", (_given ?? _keys.Server).NotAfter.ToUniversalTime().Ticks, now);
        yield return Days("profile_signer", _keys.ProfileSigner.NotAfter.ToUniversalTime().Ticks, now);
        yield return Days("device_ca", _keys.Devices.Certificate.NotAfter.ToUniversalTime().Ticks, now);
        yield return Days("server_ca", _keys.Servers.Certificate.NotAfter.ToUniversalTime().Ticks, now);
        if (Volatile.Read(ref _pushEndsTicks) is var push and not 0)
            yield return Days("push", push, now);
    }

    private static Measurement<double> Days(string certificate, long endsTicks, DateTimeOffset now) =>
        new(TimeSpan.FromTicks(endsTicks - now.UtcTicks).TotalDays, new KeyValuePair<string, object?>("certificate", certificate));

    [LoggerMessage(EventName = "PushCertificateNotRead", Level = LogLevel.Debug, Message = "When the push certificate ends could not be read: {Reason}")]
    private static partial void NotRead(ILogger log, string reason);
}
