using System.Buffers.Binary;

namespace Speaker.Audio.Files;

/// <summary>
/// A copy that may be kept as the file that it is: WAV. Deleted when disposed, unless it was kept. The open file is
/// locked: by that another process knows that it is still wanted, and one that nobody locks is of a process that died.
/// </summary>
internal sealed class SoundFileCopy : SoundCopy
{
    /// <summary>What names of files that nobody has decided about begin with.</summary>
    public const string Prefix = "new-";

    public const string Ending = ".wav";

    private const int HeaderBytes = 44;

    private readonly string _folder;
    private string _path;
    private bool _isKept;

    private SoundFileCopy(FileStream file, string folder, string path)
        : base(file, folder) => (_folder, _path) = (folder, path);

    /// <summary>Begins a file in a folder, which is there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static SoundFileCopy Begin(string folder)
    {
        var path = Path.Combine(folder, $"{Prefix}{Guid.NewGuid():N}{Ending}");
        var copy = new SoundFileCopy(Create(path, FileOptions.None), folder, path);
        copy.Sound.Position = HeaderBytes;
        return copy;
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

    /// <summary>Completes the file and gives it its name; it is deleted all the same unless <see cref="Keep"/>
    /// follows.</summary>
    /// <param name="name">In the same folder.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Complete(string name) => Explained(_folder, () =>
    {
        var target = Path.Combine(_folder, name);
        Sound.Position = 0;
        Sound.Write(Header(Sound.Length - HeaderBytes));
        Sound.Flush(flushToDisk: true);
        File.Move(_path, target);
        _path = target;
        return true;
    });

    /// <summary>It is wanted for good.</summary>
    public void Keep() => _isKept = true;

    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
        }
        finally
        {
            if (!_isKept)
            {
                File.Delete(_path);
            }
        }
    }

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
}
