namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>
/// Imports hash few passwords at a time, all of them together: the pool is the sign-ins' first, and a person at a device must not wait
/// behind a file.
/// </summary>
internal sealed class PasswordTurns : IDisposable
{
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 4));

    public async Task<T> TakeAsync<T>(Func<Task<T>> turn)
    {
        await _turns.WaitAsync();
        try
        {
            return await turn();
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();
}
