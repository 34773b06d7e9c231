using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NAudio.Wave;

namespace Speaker.Audio.Files;

/// <summary>
/// Sound in a private file (mode 0600) while it is listened to, as long as nobody has decided whether it is kept: WAV with
/// the very samples, 32-bit float. Deleted when disposed, unless it was kept. The open file is locked: by that another
/// process knows that it is still wanted, and one that nobody locks is of a process that died.
/// </summary>
/// <remarks>Used by one thread at a time.</remarks>
internal sealed class SoundCopy : IDisposable
{
    /// <summary>What names of files that nobody has decided about begin with.</summary>
    public const string Prefix = "new-";

    public const string Ending = ".wav";

    private const int HeaderBytes = 44;

    private readonly FileStream _file;
    private string _path;
    private bool _isKept;

    private SoundCopy(FileStream file, string path) => (_file, _path) = (file, path);

    /// <summary>Begins a file in a folder, which is there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static SoundCopy Begin(string folder)
    {
        var path = Path.Combine(folder, $"{Prefix}{Guid.NewGuid():N}{Ending}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 1 << 16,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return Explained(path, () =>
        {
            var file = new FileStream(path, options);
            file.Write(new byte[HeaderBytes]);
            return new SoundCopy(file, path);
        });
    }

    /// <summary>Whether a file of this kind was left by a process that died. One that is only just being made counts as
    /// wanted.</summary>
    public static bool IsAbandoned(string path, DateTime utcNow)
    {
        if (utcNow - File.GetLastWriteTimeUtc(path) < TimeSpan.FromMinutes(1))
        {
            return false;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The same sound, written while it is read.</summary>
    /// <param name="source">16 kHz mono.</param>
    public ISampleProvider Through(ISampleProvider source) => new Tap(source, this);

    /// <summary>Completes the file and gives it its name; it is deleted all the same unless <see cref="Keep"/>
    /// follows.</summary>
    /// <param name="name">In the same folder.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Complete(string name) => Explained(_path, () =>
    {
        var target = Path.Combine(Path.GetDirectoryName(_path)!, name);
        _file.Position = 0;
        _file.Write(Header(_file.Length - HeaderBytes));
        _file.Flush(flushToDisk: true);
        File.Move(_path, target);
        _path = target;
        return true;
    });

    /// <summary>It is wanted for good.</summary>
    public void Keep() => _isKept = true;

    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        finally
        {
            if (!_isKept)
            {
                File.Delete(_path);
            }
        }
    }

    private void Append(ReadOnlySpan<float> samples) => _file.Write(MemoryMarshal.AsBytes(samples));

    private static byte[] Header(long bytes)
    {
        const int rate = AudioFile.SampleRate;
        const ushort ieeeFloat = 3;
        var header = new byte[HeaderBytes];
        "RIFF"u8.CopyTo(header);
        // Beyond 18 hours the length has no room; where it is too small, sound goes up to the end of the file.
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)Math.Min(bytes + 36, uint.MaxValue));
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(20), ieeeFloat);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(22), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(24), rate);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), rate * sizeof(float));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(32), sizeof(float));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(34), 8 * sizeof(float));
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40), (uint)Math.Min(bytes, uint.MaxValue));
        return header;
    }

    private static T Explained<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"the recording cannot be kept in {Path.GetDirectoryName(path)}: {exception.Message}", exception);
        }
    }

    private sealed class Tap(ISampleProvider source, SoundCopy copy) : ISampleProvider
    {
        public WaveFormat WaveFormat => source.WaveFormat;

        public int Read(Span<float> buffer)
        {
            var read = source.Read(buffer);
            var samples = buffer[..read].ToArray();
            return Explained(copy._path, () =>
            {
                copy.Append(samples);
                return read;
            });
        }
    }
}
