using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Speaker.Audio.Files.Opening;

namespace Speaker.Host.Inbox;

/// <summary>The calls of the C library that the inbox takes, with what differs between Linux and macOS.</summary>
internal static partial class UnixFolder
{
    private const string Library = "libc";
    private const int Exclusive = 2;
    private const int WithoutWaiting = 4;
    private const int WithoutReplacing = 1;
    private const int WithoutReplacingOnMac = 4;
    private const int CurrentFolderOnMac = -2;
    private const int CurrentFolderOnLinux = -100;
    private const int InvalidArgument = 22;
    private const int FileExists = 17;
    private const int OtherDevice = 18;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;
    private const int ModeOffset = 28;
    private const int KindMask = 0xF000;

    private static int CurrentFolder => OperatingSystem.IsMacOS() ? CurrentFolderOnMac : CurrentFolderOnLinux;

    private static int WouldBlock => OperatingSystem.IsMacOS() ? 35 : 11;

    private static int NotImplemented => OperatingSystem.IsMacOS() ? 78 : 38;

    private static int NotSupported => OperatingSystem.IsMacOS() ? 45 : 95;

    /// <summary>Locks a folder until the handle is closed or the process dies.</summary>
    /// <returns>Whether this process has the lock; null where the file system has none.</returns>
    public static bool? TryLock(SafeFileHandle folder)
    {
        var result = Lock((int)folder.DangerousGetHandle(), Exclusive | WithoutWaiting);
        GC.KeepAlive(folder);
        return result == 0 ? true : Marshal.GetLastPInvokeError() == WouldBlock ? false : null;
    }

    /// <summary>Renames, and never replaces what is there.</summary>
    /// <param name="folder">Where the file is.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="target">Its new path.</param>
    /// <returns>False where the two are on different file systems.</returns>
    /// <exception cref="IOException">It is not possible, or there is something of the new name.</exception>
    public static bool TryRename(SafeFileHandle folder, string name, string target)
    {
        var from = (int)folder.DangerousGetHandle();
        var error = RenameExclusively(from, name, target);
        if (error == InvalidArgument || error == NotImplemented || error == NotSupported)
        {
            // The file system cannot tell; the little time between the two calls has to do.
            error = Path.Exists(target) ? FileExists
                : RenameAt(from, name, CurrentFolder, target) == 0 ? 0
                : Marshal.GetLastPInvokeError();
        }

        GC.KeepAlive(folder);

        return error switch
        {
            0 => true,
            OtherDevice => false,
            _ => throw new IOException($"it cannot be moved to {target} ({UnixFile.Describe(error)})"),
        };
    }

    /// <summary>Deletes a file.</summary>
    /// <exception cref="IOException">It is not possible.</exception>
    public static void Delete(SafeFileHandle folder, string name)
    {
        var error = UnlinkAt((int)folder.DangerousGetHandle(), name, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
        GC.KeepAlive(folder);
        if (error is not (0 or UnixFile.NoSuchFile))
        {
            throw new IOException($"it cannot be deleted ({UnixFile.Describe(error)})");
        }
    }

    /// <summary>What tells a folder from another one that is put in its place; null where nothing does.</summary>
    public static unsafe (ulong Device, ulong Inode)? IdentityOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        const uint inode = 0x100;
        Span<byte> status = stackalloc byte[512];
        fixed (byte* bytes = status)
        {
            return Statx(CurrentFolder, path, 0, inode, bytes) == 0
                ? (BitConverter.ToUInt64(status[DeviceOffset..]), BitConverter.ToUInt64(status[InodeOffset..]))
                : null;
        }
    }

    /// <summary>Whether a path leads to a pipe, a socket or a device, without opening it; false where nothing tells.
    /// </summary>
    public static unsafe bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        const int noFollow = 0x100;
        const uint type = 1;
        Span<byte> status = stackalloc byte[512];
        fixed (byte* bytes = status)
        {
            return Statx(CurrentFolder, path, noFollow, type, bytes) == 0
                && (FileKind)(BitConverter.ToUInt16(status[ModeOffset..]) & KindMask) is FileKind.Pipe
                    or FileKind.Socket or FileKind.CharacterDevice or FileKind.BlockDevice;
        }
    }

    private static int RenameExclusively(int folder, string name, string target)
    {
        try
        {
            var result = OperatingSystem.IsMacOS()
                ? RenameOnMac(folder, name, CurrentFolder, target, WithoutReplacingOnMac)
                : RenameOnLinux(folder, name, CurrentFolder, target, WithoutReplacing);
            return result == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        catch (EntryPointNotFoundException)
        {
            // An old C library.
            return NotImplemented;
        }
    }

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int descriptor, int operation);

    [LibraryImport(Library, EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameOnLinux(int folder, string name, int targetFolder, string target, uint flags);

    [LibraryImport(Library, EntryPoint = "renameatx_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameOnMac(int folder, string name, int targetFolder, string target, uint flags);

    [LibraryImport(Library, EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(int folder, string name, int targetFolder, string target);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(int folder, string name, int flags);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* status);
}
