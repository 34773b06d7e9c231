namespace Speaker.Enrolment.Sqlite;

/// <summary>The file of a store, which its owner alone may read.</summary>
internal static class StoreFile
{
    /// <summary>Creates an empty file (mode 0600), and its folder (0700) if there is none; one that is there stays as
    /// it is.</summary>
    /// <exception cref="StoreException">It cannot be created.</exception>
    public static void CreatePrivate(string path)
    {
        if (File.Exists(path))
        {
            // Never open an existing store beside SQLite: closing that handle would drop this process's POSIX locks on
            // it.
            return;
        }

        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
                options.UnixCreateMode = Owner;
            }

            using var file = new FileStream(path, options);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first; its file is as good.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                StoreProblem.NotPermitted, $"cannot create the store {path}: {exception.Message}", exception);
        }
    }
}
