using System.Security.Cryptography;
using Orleans;

namespace Mdm.Fleet.Grains.Users;

/// <summary>More password checks are waiting than this server can do in good time: the caller tries again later.</summary>
[GenerateSerializer, Alias("user.passwordsBusy")]
public sealed class PasswordsBusyException() : Exception("Too many sign-ins at once.");

/// <summary>
/// Hashes and checks passwords on a bounded pool, so that a rush of sign-ins can't take every core from the devices (DESIGN.md,
/// section 9).
/// </summary>
public sealed class Passwords : IDisposable
{
    public const int Iterations = 600_000;

    /// <summary>Checks that wait at most; more are refused at once.</summary>
    private const int WaitingMax = 512;

    private readonly SemaphoreSlim _workers = new(Math.Max(1, Environment.ProcessorCount - 1));
    private readonly PasswordHash _decoy = new(RandomNumberGenerator.GetBytes(16), Iterations, RandomNumberGenerator.GetBytes(32));
    private int _waiting;

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
            if (Interlocked.Increment(ref _waiting) > WaitingMax)
                throw new PasswordsBusyException();
            await _workers.WaitAsync();
            try
            {
                return await Task.Run(() => Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32));
            }
            finally
            {
                _workers.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
