using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Speaker.Audio.Files.Opening;

/// <summary>The calls of the C library that opening takes, with what differs between Linux and macOS.</summary>
internal static partial class UnixFile
{
    public const int NoSuchFile = 2;
    public const int NoSuchDevice = 6;
    public const int NotADirectory = 20;

    /// <summary>The folder that relative paths start from, for <see cref="OpenAt"/>.</summary>
    private const int CurrentFolder = -100;
    private const int CurrentFolderOnMac = -2;

    private const string Library = "libc";
    private const int ModeOffsetOfStatx = 28;
    private const int NumberOffsetOfStatx = 32;
    private const int DeviceOffsetOfStatx = 136;
    private const int ModeOffsetOnMac = 4;
    private const int NumberOffsetOnMac = 8;
    private const int ModeMask = 0xF000;

    /// <summary>ELOOP: a link where none is followed, or too many of them.</summary>
    public static int TooManyLinks => OperatingSystem.IsMacOS() ? 62 : 40;

    private static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    private static int NoFollow => OperatingSystem.IsMacOS() ? 0x100 : ArmLinux ? 0x8000 : 0x20000;

    private static int FolderOnly => OperatingSystem.IsMacOS() ? 0x100000 : ArmLinux ? 0x4000 : 0x10000;

    private static bool ArmLinux => RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;

    /// <summary>Opens for reading. Never waits, as a pipe that nobody writes to would make it.</summary>
    /// <param name="folder">What a relative path starts from; null is the current folder.</param>
    /// <param name="path">The file or folder.</param>
    /// <param name="follow">Whether the last part of the path may be a symbolic link.</param>
    /// <param name="folderOnly">Whether anything but a folder is an error.</param>
    /// <param name="error">errno where the handle is invalid, else 0.</param>
    public static SafeFileHandle Open(
        SafeFileHandle? folder, string path, bool follow, bool folderOnly, out int error)
    {
        var flags = NonBlocking | CloseOnExec | (follow ? 0 : NoFollow) | (folderOnly ? FolderOnly : 0);
        var root = folder?.DangerousGetHandle() ?? (OperatingSystem.IsMacOS() ? CurrentFolderOnMac : CurrentFolder);
        var handle = new SafeFileHandle(OpenAt((int)root, path, flags), ownsHandle: true);
        error = handle.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        GC.KeepAlive(folder);
        return handle;
    }

    /// <summary>What an open file is.</summary>
    /// <exception cref="IOException">The system does not say.</exception>
    public static unsafe FileKind KindOf(SafeFileHandle handle)
    {
        // Both structures are larger than needed; only the mode is read.
        Span<byte> status = stackalloc byte[512];
        fixed (byte* bytes = status)
        {
            var descriptor = (int)handle.DangerousGetHandle();
            const int emptyPath = 0x1000;
            const int type = 1;
            var isMac = OperatingSystem.IsMacOS();
            var result = !isMac ? Statx(descriptor, "", emptyPath, type, bytes)
                : RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? StatusOnMac(descriptor, bytes)
                : StatusOnOldMac(descriptor, bytes);
            GC.KeepAlive(handle);
            if (result != 0)
            {
                throw new IOException(Describe(Marshal.GetLastPInvokeError()));
            }

            return (FileKind)(BitConverter.ToUInt16(status[(isMac ? ModeOffsetOnMac : ModeOffsetOfStatx)..]) & ModeMask);
        }
    }

    /// <summary>Whether a descriptor is open and was when this process began: a file that is opened to be closed on
    /// execve (FD_CLOEXEC, as the runtime opens all of its own) cannot have come from the process before.</summary>
    public static bool IsInherited(SafeFileHandle handle)
    {
        const int getFlags = 1;
        const int closeOnExec = 1;
        var flags = DescriptorFlags((int)handle.DangerousGetHandle(), getFlags);
        GC.KeepAlive(handle);
        return flags >= 0 && (flags & closeOnExec) == 0;
    }

    /// <summary>What a path leads to, without opening it: which file on which device, and of what kind.</summary>
    /// <returns>Null where it leads to nothing.</returns>
    public static unsafe FileIdentity? IdentityOf(string path)
    {
        Span<byte> status = stackalloc byte[512];
        fixed (byte* bytes = status)
        {
            const int type = 1;
            const int number = 0x100;
            if (!OperatingSystem.IsMacOS())
            {
                return Statx(CurrentFolder, path, 0, type | number, bytes) != 0 ? null : new FileIdentity(
                    (FileKind)(BitConverter.ToUInt16(status[ModeOffsetOfStatx..]) & ModeMask),
                    BitConverter.ToUInt64(status[DeviceOffsetOfStatx..]),
                    BitConverter.ToUInt64(status[NumberOffsetOfStatx..]));
            }

            var result = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
                ? PathStatusOnMac(path, bytes)
                : PathStatusOnOldMac(path, bytes);
            return result != 0 ? null : new FileIdentity(
                (FileKind)(BitConverter.ToUInt16(status[ModeOffsetOnMac..]) & ModeMask),
                BitConverter.ToUInt32(status),
                BitConverter.ToUInt64(status[NumberOffsetOnMac..]));
        }
    }

    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int folder, string path, int flags);

    /// <summary>F_GETFD takes no third argument: that the rest is variadic makes no difference.</summary>
    [LibraryImport(Library, EntryPoint = "fcntl")]
    private static partial int DescriptorFlags(int descriptor, int command);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* status);

    [LibraryImport(Library, EntryPoint = "fstat", SetLastError = true)]
    private static unsafe partial int StatusOnMac(int descriptor, byte* status);

    [LibraryImport(Library, EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static unsafe partial int StatusOnOldMac(int descriptor, byte* status);

    [LibraryImport(Library, EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int PathStatusOnMac(string path, byte* status);

    [LibraryImport(Library, EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int PathStatusOnOldMac(string path, byte* status);
}

/// <summary>What tells a file from every other, whatever its names: hard and symbolic links to it have the same.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Device">Where it lies.</param>
/// <param name="Number">The inode.</param>
internal readonly record struct FileIdentity(FileKind Kind, ulong Device, ulong Number);

/// <summary>What a path may lead to: the S_IFMT bits of a Unix mode.</summary>
internal enum FileKind
{
    Pipe = 0x1000,
    CharacterDevice = 0x2000,
    Folder = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    Socket = 0xC000,
}
