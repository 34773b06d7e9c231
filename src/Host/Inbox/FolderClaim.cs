using Speaker.Audio.Files.Opening;

namespace Speaker.Host.Inbox;

/// <summary>
/// The right to work on the files of one speaker's folder: a lock of the system on the folder itself, so that two services
/// on one inbox never work on the same file. It leaves nothing behind, also when its process is killed.
/// </summary>
internal sealed class FolderClaim : IDisposable
{
    private readonly IDisposable? _handle;

    private FolderClaim(IDisposable? handle) => _handle = handle;

    /// <summary>Whether the file system knows locks; else nothing keeps another service away.</summary>
    public bool IsExclusive => _handle is not null;

    /// <summary>Claims a folder.</summary>
    /// <returns>Null where another process works on it.</returns>
    /// <exception cref="IOException">The folder is not there or cannot be opened.</exception>
    public static FolderClaim? TryTake(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryTakeOnWindows(folder);
        }

        var handle = UnixFile.Open(null, folder, follow: false, folderOnly: true, out var error);
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw new IOException($"its folder cannot be opened ({UnixFile.Describe(error)})");
        }

        switch (UnixFolder.TryLock(handle))
        {
            case true:
                return new FolderClaim(handle);
            case false:
                handle.Dispose();
                return null;
            default:
                handle.Dispose();
                return new FolderClaim(null);
        }
    }

    public void Dispose() => _handle?.Dispose();

    /// <summary>Windows locks no folders; it deletes this file itself when its process ends.</summary>
    private static FolderClaim? TryTakeOnWindows(string folder)
    {
        const int sharingViolation = unchecked((int)0x80070020);
        try
        {
            return new FolderClaim(new FileStream(
                Path.Combine(folder, ".speaker-lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None,
                bufferSize: 1, FileOptions.DeleteOnClose));
        }
        catch (IOException exception) when (exception.HResult == sharingViolation)
        {
            return null;
        }
    }
}
