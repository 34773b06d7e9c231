using System.Runtime.InteropServices;
using NAudio.Wave;

namespace Speaker.Audio.Files;

/// <summary>
/// Sound in a private file (mode 0600) while it is listened to, as long as nobody has decided whether it is kept: the
/// very samples, 32-bit float, 16 kHz mono.
/// </summary>
/// <param name="file">Open for reading and writing, and for nobody else.</param>
/// <param name="folder">Where it lies, for messages.</param>
/// <remarks>Used by one thread at a time.</remarks>
internal abstract class SoundCopy(FileStream file, string folder) : IDisposable
{
    protected FileStream Sound { get; } = file;

    /// <summary>The same sound, written while it is read.</summary>
    /// <param name="source">16 kHz mono.</param>
    public ISampleProvider Through(ISampleProvider source) => new Tap(source, this);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a file that only its owner may read.</summary>
    /// <param name="path">In a folder that is there; no file has this name.</param>
    /// <param name="options">How it is opened besides.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    protected static FileStream Create(string path, FileOptions options)
    {
        var how = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = options,
            // Sound comes in blocks, and a full disk is noticed by the one that has no room.
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return Explained(Path.GetDirectoryName(path)!, () => new FileStream(path, how));
    }

    /// <summary>Does what may fail for the disk.</summary>
    /// <exception cref="IOException">It failed; the message names the folder.</exception>
    protected static T Explained<T>(string folder, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the recording cannot be kept in {folder}: {exception.Message}", exception);
        }
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Sound.Dispose();
        }
    }

    private int Append(ReadOnlySpan<float> samples)
    {
        var block = MemoryMarshal.AsBytes(samples).ToArray();
        return Explained(folder, () =>
        {
            Sound.Write(block);
            return block.Length / sizeof(float);
        });
    }

    private sealed class Tap(ISampleProvider source, SoundCopy copy) : ISampleProvider
    {
        public WaveFormat WaveFormat => source.WaveFormat;

        public int Read(Span<float> buffer) => copy.Append(buffer[..source.Read(buffer)]);
    }
}
