using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Speaker.Audio.Files.Opening;

/// <summary>
/// Files whose bytes are all there: opened without waiting, and looked at after they were opened, so that nothing can be
/// put in their place in between. Pipes, devices, sockets and folders are refused.
/// </summary>
internal static partial class RegularFile
{
    /// <summary>Opens a file that a user names. Symbolic links are followed.</summary>
    /// <exception cref="AudioException">There is none, it is no regular file, it is empty or may not be read.</exception>
    public static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireNoNull(path);
        if (OperatingSystem.IsWindows())
        {
            return OpenOnWindows(path);
        }

        return Stream(
            path, Checked(UnixFile.Open(null, path, follow: true, folderOnly: false, out var error), path, error));
    }

    /// <summary>
    /// Opens a file below a folder whose contents strangers write, such as an inbox: no part of the path below the folder
    /// may be a symbolic link, so that what is read lies in the folder.
    /// </summary>
    /// <param name="root">The folder; may itself be a link.</param>
    /// <param name="path">Relative to it, without "..".</param>
    /// <exception cref="AudioException">As <see cref="Open"/>, and where a part is a link.</exception>
    public static FileStream OpenBelow(string root, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireNoNull(path);
        var full = Path.Combine(root, path);
        var parts = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        if (Path.IsPathRooted(path) || parts.Contains(".."))
        {
            throw new ArgumentException($"'{path}' does not lie below '{root}'", nameof(path));
        }

        if (OperatingSystem.IsWindows())
        {
            RequireNoLinks(root, parts);
            return OpenOnWindows(full);
        }

        var folder = Checked(UnixFile.Open(null, root, follow: true, folderOnly: true, out var error), root, error);
        try
        {
            foreach (var part in parts.AsSpan(0, parts.Length - 1))
            {
                var next = Checked(UnixFile.Open(folder, part, follow: false, folderOnly: true, out error), full, error);
                folder.Dispose();
                folder = next;
            }

            return Stream(
                full,
                Checked(UnixFile.Open(folder, parts[^1], follow: false, folderOnly: false, out error), full, error));
        }
        finally
        {
            folder.Dispose();
        }
    }

    /// <summary>The C library would take what is before a null character for the whole.</summary>
    private static void RequireNoNull(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new AudioException($"{path.Replace('\0', '?')}: there is no such file.");
        }
    }

    /// <summary>The handle, if it was opened.</summary>
    private static SafeFileHandle Checked(SafeFileHandle handle, string path, int error)
    {
        if (!handle.IsInvalid)
        {
            return handle;
        }

        handle.Dispose();
        throw new AudioException(error switch
        {
            UnixFile.NoSuchFile => $"{path}: there is no such file.",
            UnixFile.NoSuchDevice => NotRegular(path, "a socket or a device without a driver"),
            UnixFile.NotADirectory when !Path.EndsInDirectorySeparator(path) =>
                $"{path}: there is no such file; a part of its path is a file or a symbolic link, not a folder.",
            _ when error == UnixFile.TooManyLinks => $"{path}: is a symbolic link, which is not followed here; put the "
                + "file itself in its place.",
            _ => $"{path}: cannot be opened ({UnixFile.Describe(error)}).",
        });
    }

    /// <summary>The open file as a stream that owns it, if it is a regular one.</summary>
    private static FileStream Stream(string path, SafeFileHandle handle)
    {
        try
        {
            var kind = UnixFile.KindOf(handle);
            if (kind != FileKind.Regular)
            {
                throw new AudioException(kind switch
                {
                    FileKind.Folder => Folder(path),
                    FileKind.Pipe => $"{path}: is a pipe (FIFO), not a file; give its sound to the standard input "
                        + $"(- < '{path}'), or save it first.",
                    FileKind.Socket => NotRegular(path, "a socket"),
                    _ => NotRegular(path, "a device"),
                });
            }

            // Buffers nothing: whoever reads has a buffer of the size that suits.
            return NotEmpty(path, new FileStream(handle, FileAccess.Read, bufferSize: 0));
        }
        catch (Exception exception)
        {
            handle.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new AudioException($"{path}: cannot be opened ({exception.Message}).", exception);
            }

            throw;
        }
    }

    private static FileStream NotEmpty(string path, FileStream file)
    {
        if (file.Length > 0)
        {
            return file;
        }

        file.Dispose();
        throw new AudioException($"{path}: is empty (0 bytes); record or copy it again.");
    }

    private static string Folder(string path) => $"{path}: is a directory; name a sound file in it.";

    private static string NotRegular(string path, string what) => $"{path}: is {what}, not a file; name a sound file.";

    private static FileStream OpenOnWindows(string path)
    {
        if (Directory.Exists(path))
        {
            throw new AudioException(Folder(path));
        }

        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            const int onDisk = 1;
            if (FileType(file.SafeFileHandle) != onDisk)
            {
                file.Dispose();
                throw new AudioException(NotRegular(path, "a device or a pipe"));
            }

            return NotEmpty(path, file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new AudioException($"{path}: there is no such file.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AudioException($"{path}: cannot be opened ({exception.Message}).", exception);
        }
    }

    /// <summary>Windows lets only administrators make links, so what is checked before opening is enough.</summary>
    private static void RequireNoLinks(string root, ReadOnlySpan<string> parts)
    {
        var path = root;
        foreach (var part in parts)
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                throw new AudioException($"{path}: is a symbolic link, which is not followed here.");
            }
        }
    }

    [LibraryImport("kernel32", EntryPoint = "GetFileType")]
    private static partial int FileType(SafeFileHandle file);
}
