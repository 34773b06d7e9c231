#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Build.Framework;

namespace Speaker.Build;

/// <summary>
/// Puts the native libraries of TorchSharp and libtorch into one folder, once for all programs: as hard links to the
/// package cache where the file system allows it, else as copies. TorchSharp's own library is copied, and the copy is
/// made to load where the C++ run-time library is older than it asks for; the package cache is only read.
/// </summary>
/// <remarks>
/// libLibTorchSharp.so of TorchSharp 0.107.0 needs the symbol version GLIBCXX_3.4.32 of libstdc++.so.6, which came with
/// GCC 13. The only symbol of that version is a marker that no relocation uses. The need is marked weak (VER_FLG_WEAK),
/// which the dynamic linker does not insist on. A file is complete before it gets its name, so builds of several
/// projects may run at once.
/// </remarks>
public sealed class StageTorchNatives : Microsoft.Build.Utilities.Task
{
    private const string Wrapper = "libLibTorchSharp.so";
    private const string Provider = "libstdc++.so.6";
    private const string Version = "GLIBCXX_3.4.32";
    private const string Marker = "_ZSt21ios_base_library_initv";

    /// <summary>The files in the package cache.</summary>
    [Required]
    public ITaskItem[] Sources { get; set; } = Array.Empty<ITaskItem>();

    /// <summary>Where they go; made where it is missing.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>False where a file is damaged or cannot be written; the error names it.</summary>
    public override bool Execute()
    {
        foreach (var source in Sources)
        {
            try
            {
                Directory.CreateDirectory(Folder);
                Stage(source.ItemSpec, Path.Combine(Folder, Path.GetFileName(source.ItemSpec)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.LogError($"{source.ItemSpec} cannot be put into {Folder}: {e.Message}");
            }
            catch (InvalidDataException e)
            {
                Log.LogError(
                    $"{source.ItemSpec} is damaged: {e.Message}. Delete its package from the package cache and restore.");
            }
        }

        return !Log.HasLoggedErrors;
    }

    /// <summary>Marks a file's needs of one symbol version as weak.</summary>
    /// <param name="image">An ELF file, 64 bits, little-endian; changed in place.</param>
    /// <param name="provider">The library that is to define the version, as DT_NEEDED names it.</param>
    /// <param name="version">The name of the version.</param>
    /// <returns>How many entries were not weak before; 0 where there is no such need.</returns>
    /// <exception cref="InvalidDataException">The file is not of that format, or an offset in it leads outside.</exception>
    public static int MakeWeak(byte[] image, string provider, string version) =>
        new ElfImage(image).MakeWeak(provider, version);

    private static void Stage(string source, string target)
    {
        // The version is in the folder's name and a file appears when it is complete: of the same length is the same.
        if (File.Exists(target) && new FileInfo(target).Length == new FileInfo(source).Length)
        {
            return;
        }

        var partial = target + "." + Guid.NewGuid().ToString("N");
        try
        {
            if (Path.GetFileName(source) == Wrapper && !SystemHasVersion())
            {
                var image = File.ReadAllBytes(source);
                MakeWeak(image, Provider, Version);
                File.WriteAllBytes(partial, image);
            }
            else if (!TryLink(source, partial))
            {
                File.Copy(source, partial);
            }

            File.Delete(target);
            File.Move(partial, target);
        }
        catch (IOException) when (File.Exists(target))
        {
            // Another build put it there meanwhile.
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Whether the C++ run-time library that this machine loads has the version's symbol.</summary>
    private static bool SystemHasVersion()
    {
        const int lazy = 1;
        var library = dlopen(Provider, lazy);
        return library != IntPtr.Zero && dlsym(library, Marker) != IntPtr.Zero;
    }

    private static bool TryLink(string source, string target) =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
            ? CreateHardLink(target, source, IntPtr.Zero)
            : link(source, target) == 0;

    [DllImport("libc")]
    private static extern IntPtr dlopen(string name, int flags);

    [DllImport("libc")]
    private static extern IntPtr dlsym(IntPtr library, string name);

    [DllImport("libc")]
    private static extern int link(string from, string to);

    [DllImport("kernel32", CharSet = CharSet.Unicode)]
    private static extern bool CreateHardLink(string to, string from, IntPtr security);

    /// <summary>What the dynamic linker reads of a file, as the ELF and GNU symbol-versioning specifications say.</summary>
    private sealed class ElfImage
    {
        private const uint Load = 1;
        private const uint Dynamic = 2;
        private const ulong StringTable = 5;
        private const ulong StringTableSize = 10;
        private const ulong VersionNeeds = 0x6ffffffe;
        private const ulong VersionNeedCount = 0x6fffffff;
        private const int DynamicEntrySize = 16;
        private const int ProgramHeaderSize = 56;
        private const int VersionNeedSize = 16;
        private const ushort WeakFlag = 2;

        private readonly byte[] _image;
        private readonly List<(ulong Address, ulong Offset, ulong Size)> _segments = new();
        private readonly Dictionary<ulong, ulong> _dynamic = new();

        public ElfImage(byte[] image)
        {
            _image = image;
            // Magic number, 64 bits, little-endian.
            byte[] start = { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1 };
            for (var i = 0; i < start.Length; i++)
            {
                if (i >= image.Length || image[i] != start[i])
                {
                    throw new InvalidDataException("it is not a 64-bit little-endian ELF file");
                }
            }

            ReadProgramHeaders();
        }

        public int MakeWeak(string provider, string version)
        {
            if (!_dynamic.TryGetValue(VersionNeeds, out var address))
            {
                return 0;
            }

            var changed = 0;
            var need = OffsetOf(address);
            for (var left = Entry(VersionNeedCount, "the count of version needs"); left > 0; left--)
            {
                var ofProvider = Text(UInt32(need + 4)) == provider;
                var auxiliary = need + UInt32(need + 8);
                for (var i = UInt16(need + 2); i > 0; i--)
                {
                    if (ofProvider && Text(UInt32(auxiliary + 8)) == version && (UInt16(auxiliary + 4) & WeakFlag) == 0)
                    {
                        _image[(int)auxiliary + 4] |= (byte)WeakFlag;
                        changed++;
                    }

                    auxiliary = Next(auxiliary, UInt32(auxiliary + 12), i > 1);
                }

                need = Next(need, UInt32(need + 12), left > 1);
            }

            return changed;
        }

        /// <summary>The following entry; steps only lead forwards, so that no file leads round in a circle.</summary>
        private static ulong Next(ulong entry, ulong step, bool hasNext) => !hasNext || step >= VersionNeedSize
            ? entry + step
            : throw new InvalidDataException($"the version needs end at offset {entry}, before their count");

        private void ReadProgramHeaders()
        {
            var table = UInt64(32);
            if (UInt16(54) != ProgramHeaderSize)
            {
                throw new InvalidDataException($"its program headers have {UInt16(54)} bytes instead of {ProgramHeaderSize}");
            }

            (ulong Offset, ulong Size)? dynamic = null;
            for (var i = 0UL; i < UInt16(56); i++)
            {
                var header = Advance(table, i * ProgramHeaderSize);
                var (offset, size) = (UInt64(Advance(header, 8)), UInt64(Advance(header, 32)));
                switch (UInt32(header))
                {
                    case Load:
                        _segments.Add((UInt64(Advance(header, 16)), offset, size));
                        break;
                    case Dynamic:
                        dynamic = (offset, size);
                        break;
                }
            }

            if (dynamic is not { } section)
            {
                throw new InvalidDataException("it has no dynamic section");
            }

            for (var at = 0UL; at + DynamicEntrySize <= section.Size; at += DynamicEntrySize)
            {
                var entry = Advance(section.Offset, at);
                var tag = UInt64(entry);
                if (tag == 0)
                {
                    break;
                }

                _dynamic[tag] = UInt64(Advance(entry, 8));
            }
        }

        private ulong Entry(ulong tag, string what) => _dynamic.TryGetValue(tag, out var value)
            ? value
            : throw new InvalidDataException($"its dynamic section lacks {what}");

        private ulong OffsetOf(ulong address)
        {
            foreach (var segment in _segments)
            {
                if (address >= segment.Address && address - segment.Address < segment.Size)
                {
                    return Advance(segment.Offset, address - segment.Address);
                }
            }

            throw new InvalidDataException($"no segment holds the address 0x{address:x}");
        }

        /// <summary>A name of the string table of the dynamic section.</summary>
        private string Text(ulong index)
        {
            var size = Entry(StringTableSize, "the size of its string table");
            if (index >= size)
            {
                throw new InvalidDataException($"a name starts at {index} in a string table of {size} bytes");
            }

            var start = Advance(OffsetOf(Entry(StringTable, "its string table")), index);
            var end = start;
            while (Bytes(end, 1) > 0)
            {
                end++;
            }

            return Encoding.UTF8.GetString(_image, (int)start, (int)(end - start));
        }

        private ulong Advance(ulong offset, ulong by) => offset <= (ulong)_image.Length && by <= (ulong)_image.Length
            ? offset + by
            : throw new InvalidDataException($"an offset, {offset} and {by}, is beyond its {_image.Length} bytes");

        private ushort UInt16(ulong offset) => (ushort)Bytes(offset, 2);

        private uint UInt32(ulong offset) => (uint)Bytes(offset, 4);

        private ulong UInt64(ulong offset) => Bytes(offset, 8);

        private ulong Bytes(ulong offset, int count)
        {
            if (offset > (ulong)_image.Length || (ulong)_image.Length - offset < (ulong)count)
            {
                throw new InvalidDataException($"offset {offset} is beyond its {_image.Length} bytes");
            }

            var value = 0UL;
            for (var i = count - 1; i >= 0; i--)
            {
                value = (value << 8) | _image[(int)offset + i];
            }

            return value;
        }
    }
}
