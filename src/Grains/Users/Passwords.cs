using System.Diagnostics;
using System.Security.Cryptography;
using Orleans;

namespace Mdm.Fleet.Grains.Users;

/// <summary>More password checks are waiting than this server can do in good time: the caller tries again later.</summary>
[GenerateSerializer, Alias("user.passwordsBusy")]
public sealed class PasswordsBusyException() : Exception("Too many sign-ins at once.");

/// <summary>
/// Hashes and checks passwords on a bounded pool, so that a rush of sign-ins can't take every core from the devices (DESIGN.md,
/// section 9). A check that could not end in good time is refused at once: whoever waited longer than a call may take would be given up and come
/// again, and the pool would check for callers who have gone.
/// </summary>
public sealed class Passwords : IDisposable
{
    public const int Iterations = 600_000;

    /// <summary>What a new measurement counts for in the time of a check.</summary>
    private const double Share = 0.1;

    private static readonly TimeSpan GoodTime = TimeSpan.FromSeconds(8);

    private readonly int _size = Math.Max(1, Environment.ProcessorCount - 1);
    private readonly TimeSpan _patience;
    private readonly SemaphoreSlim _workers;
    private readonly PasswordHash _decoy = new(RandomNumberGenerator.GetBytes(16), Iterations, RandomNumberGenerator.GetBytes(32));
    private int _admitted;
    private long _checkTicks = TimeSpan.FromMilliseconds(200).Ticks;

    public Passwords()
        : this(GoodTime)
    {
    }

    /// <param name="patience">How long a check may have to wait for its turn.</param>
    public Passwords(TimeSpan patience) => (_patience, _workers) = (patience, new SemaphoreSlim(_size));

    public async Task<PasswordHash> Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return new PasswordHash(salt, Iterations, await Derive(password, salt, Iterations));
    }

    /// <summary>Takes as long for a person without a password (hash null) as for a wrong one.</summary>
    public async Task<bool> Verify(string password, PasswordHash? hash)
    {
        var against = hash ?? _decoy;
        var key = await Derive(password, against.Salt, against.Iterations);
        return CryptographicOperations.FixedTimeEquals(key, against.Key) && hash is not null;
    }

    public void Dispose() => _workers.Dispose();

    private async Task<byte[]> Derive(string password, byte[] salt, int iterations)
    {
        try
        {
            if (WaitOf(Interlocked.Increment(ref _admitted)) > _patience)
                throw new PasswordsBusyException();
            await _workers.WaitAsync();
            try
            {
                return await Task.Run(() => Timed(() => Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32)));
            }
            finally
            {
                _workers.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _admitted);
        }
    }

    /// <summary>How long the last of so many checks waits for a worker.</summary>
    private TimeSpan WaitOf(int admitted) => TimeSpan.FromTicks(Volatile.Read(ref _checkTicks) * Math.Max(0, admitted - _size) / _size);

    /// <summary>Remembers how long checks take of late; of two that end at once one may be forgotten.</summary>
    private byte[] Timed(Func<byte[]> check)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var key = check();
        var usual = Volatile.Read(ref _checkTicks);
        Volatile.Write(ref _checkTicks, usual + (long)((Stopwatch.GetElapsedTime(startedAt).Ticks - usual) * Share));
        return key;
    }
}
