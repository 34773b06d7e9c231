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

    /// <summary>The standard input, whatever it is.</summary>
    public static Stream OpenStandardInput() => OperatingSystem.IsWindows()
        ? Console.OpenStandardInput()
        : Read(new SafeFileHandle(0, ownsHandle: false));

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
