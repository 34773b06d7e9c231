namespace Speaker.Audio.Files;

/// <summary>A copy that goes on into a database, if it is kept. Its file has no name, so that nothing of it is left
/// however the process ends.</summary>
internal sealed class PassingSoundCopy : SoundCopy
{
    private PassingSoundCopy(FileStream file, string folder)
        : base(file, folder)
    {
    }

    /// <summary>Begins a file in a folder, which is there.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static PassingSoundCopy Begin(string folder)
    {
        var path = Path.Combine(folder, $"speaker-{Guid.NewGuid():N}.tmp");
        // Windows deletes it when the last handle is closed, whoever closes it.
        var copy = new PassingSoundCopy(Create(path, FileOptions.DeleteOnClose), folder);
        if (!OperatingSystem.IsWindows())
        {
            // Before there is any sound in it. The open file stays until it is closed.
            File.Delete(path);
        }

        return copy;
    }

    /// <summary>The samples so far, from the beginning.</summary>
    /// <param name="most">Bytes of a part; the last one may be shorter, and none is empty.</param>
    public IEnumerable<byte[]> Parts(int most)
    {
        Sound.Position = 0;
        var part = new byte[most];
        for (int read; (read = Sound.ReadAtLeast(part, most, throwOnEndOfStream: false)) > 0;)
        {
            yield return part[..read];
        }
    }
}
