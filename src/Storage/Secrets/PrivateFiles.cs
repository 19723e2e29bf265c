namespace Mdm.Fleet.Storage.Secrets;

/// <summary>Folders and files that only their owner reads (0700, 0600), whatever the umask. On Windows the folder's access rules hold.</summary>
public static class PrivateFiles
{
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder for its owner alone. One that exists stays as it is: somebody chose its mode.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, FileMode | UnixFileMode.UserExecute);
    }

    /// <summary>A new file for its owner alone, to be written.</summary>
    /// <exception cref="IOException">It exists.</exception>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode;
        return new FileStream(path, options);
    }

    /// <summary>Takes a file away from all but its owner; makes it, empty, where there is none.</summary>
    public static void Claim(string path)
    {
        if (!File.Exists(path))
            Create(path).Dispose();
        else if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, FileMode);
    }
}
