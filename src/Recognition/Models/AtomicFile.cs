namespace Speaker.Models;

/// <summary>
/// Writes a file whole or not at all: to a temporary file in the same folder, flushed to the disk, then renamed over the
/// old one. A reader sees the old content or the new, and a crash leaves the old.
/// </summary>
internal static class AtomicFile
{
    /// <exception cref="ModelException">The folder cannot be written, or the disk is full.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, isPrivate: false, replace: true);

    /// <summary>The same for what is private: only its owner may read the file (mode 0600).</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the contents.</param>
    /// <param name="replace">Whether a file of that name is replaced.</param>
    /// <exception cref="ModelException">There is a file of that name that is not to be replaced, the folder cannot be
    /// written, or the disk is full.</exception>
    public static void WritePrivate(string path, Action<Stream> write, bool replace = false) =>
        Write(path, write, isPrivate: true, replace);

    private static void Write(string path, Action<Stream> write, bool isPrivate, bool replace)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(write);
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.partial";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None,
        };
        if (isPrivate && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (var stream = new FileStream(temporary, options))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: replace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} cannot be written: {e.Message} Choose a folder with room and rights.", e);
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }
}
