using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>The one owner of a directory: a lock of the operating system on a file in it, which ends with the process however it ends.</summary>
internal sealed class SqliteOwnership : IDisposable
{
    private readonly FileStream file;

    private SqliteOwnership(FileStream file) => this.file = file;

    /// <exception cref="StoreRefusedException">Another process has it, or the directory can't be written.</exception>
    public static SqliteOwnership Take(StoreOptions options)
    {
        try
        {
            PrivateFiles.CreateDirectory(options.Target);
            var path = Path.Combine(options.Target, "owner.lock");
            PrivateFiles.Claim(path);
            return new SqliteOwnership(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreRefusedException($"{options.Name} can't be written: {e.Message}", e);
        }
        catch (IOException e)
        {
            var isInUse = e.GetType() == typeof(IOException) && Directory.Exists(options.Target) && File.Exists(Path.Combine(options.Target, "owner.lock"));
            throw new StoreRefusedException(isInUse ? $"{options.Name} is in use by another process." : $"{options.Name} can't be written: {e.Message}", e);
        }
    }

    public void Dispose() => file.Dispose();
}
