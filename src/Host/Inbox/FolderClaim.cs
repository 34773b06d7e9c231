using Microsoft.Win32.SafeHandles;
using Speaker.Audio.Files.Opening;

namespace Speaker.Host.Inbox;

/// <summary>
/// The right to work on the files of one speaker's folder: a lock of the system on the folder itself, so that two
/// services on one inbox never work on the same file. It leaves nothing behind, also when its process is killed. Files
/// leave the folder through it: that one, whatever is put in its place meanwhile.
/// </summary>
internal sealed class FolderClaim : IDisposable
{
    private readonly string _folder;
    private readonly SafeFileHandle? _handle;
    private readonly FileStream? _lockOnWindows;

    private FolderClaim(string folder, SafeFileHandle? handle, bool isExclusive, FileStream? lockOnWindows = null)
    {
        _folder = folder;
        _handle = handle;
        IsExclusive = isExclusive;
        _lockOnWindows = lockOnWindows;
    }

    /// <summary>Whether the file system knows locks; else nothing keeps another service away.</summary>
    public bool IsExclusive { get; }

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

        var isLocked = UnixFolder.TryLock(handle);
        if (isLocked == false)
        {
            handle.Dispose();
            return null;
        }

        return new FolderClaim(folder, handle, isLocked == true);
    }

    /// <summary>Renames a file of the folder, and never replaces what is there.</summary>
    /// <param name="name">Its name in the folder.</param>
    /// <param name="target">Its new path.</param>
    /// <returns>False where the two are on different file systems.</returns>
    /// <exception cref="IOException">It is not possible, or there is something of the new name.</exception>
    public bool TryMove(string name, string target)
    {
        if (_handle is not null)
        {
            return UnixFolder.TryRename(_handle, name, target);
        }

        // On Windows this copies where it must.
        File.Move(Path.Combine(_folder, name), target);
        return true;
    }

    /// <summary>Deletes a file of the folder.</summary>
    /// <exception cref="IOException">It is not possible.</exception>
    public void Delete(string name)
    {
        if (_handle is not null)
        {
            UnixFolder.Delete(_handle, name);
        }
        else
        {
            File.Delete(Path.Combine(_folder, name));
        }
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _lockOnWindows?.Dispose();
    }

    /// <summary>Windows locks no folders; it deletes this file itself when its process ends.</summary>
    private static FolderClaim? TryTakeOnWindows(string folder)
    {
        const int sharingViolation = unchecked((int)0x80070020);
        try
        {
            var file = new FileStream(
                Path.Combine(folder, ".speaker-lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None,
                bufferSize: 1, FileOptions.DeleteOnClose);
            return new FolderClaim(folder, handle: null, isExclusive: true, file);
        }
        catch (IOException exception) when (exception.HResult == sharingViolation)
        {
            return null;
        }
    }
}
