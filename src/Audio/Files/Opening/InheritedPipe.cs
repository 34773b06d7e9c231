using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Speaker.Audio.Files.Opening;

/// <summary>
/// Pipes that were open when this process began: its standard input, and what a shell puts in the place of
/// <c>&lt;(command)</c>. Somebody writes to them or did, unlike to a pipe that lies in a folder.
/// </summary>
internal static class InheritedPipe
{
    private static readonly string[] Folders = ["/dev/fd/", "/proc/self/fd/"];

    /// <summary>The pipe that a path stands for; null where it is none.</summary>
    public static Stream? Open(string path)
    {
        if (OperatingSystem.IsWindows() || DescriptorOf(path) is not { } descriptor)
        {
            return null;
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: false);
        try
        {
            return UnixFile.KindOf(handle) is FileKind.Pipe or FileKind.Socket ? Read(handle) : null;
        }
        catch (IOException)
        {
            // It is not open: whoever opens it as a file says so.
            return null;
        }
    }

    /// <summary>The standard input: a pipe, a socket or a file.</summary>
    /// <exception cref="AudioException">It is closed, or something else.</exception>
    public static Stream OpenStandardInput()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardInput();
        }

        var handle = new SafeFileHandle(0, ownsHandle: false);
        // Where it is closed, the next file that the runtime opens for itself gets its number.
        if (!UnixFile.IsInherited(handle))
        {
            throw new AudioException("standard input: is closed; redirect a sound file or a pipe to it.");
        }

        return UnixFile.KindOf(handle) is FileKind.Pipe or FileKind.Socket or FileKind.Regular
            ? Read(handle)
            : throw new AudioException(
                "standard input: is a device or a folder; redirect a sound file or a pipe to it.");
    }

    private static FileStream Read(SafeFileHandle handle) => new(handle, FileAccess.Read, bufferSize: 0);

    private static int? DescriptorOf(string path)
    {
        if (path == "/dev/stdin")
        {
            return 0;
        }

        foreach (var folder in Folders)
        {
            if (path.StartsWith(folder, StringComparison.Ordinal)
                && int.TryParse(
                    path.AsSpan(folder.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor))
            {
                return descriptor;
            }
        }

        return null;
    }
}
