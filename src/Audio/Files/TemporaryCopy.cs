namespace Speaker.Audio.Files;

/// <summary>
/// A stream's contents in a file of their own (mode 0600), so that an upload goes through the same checks as a file and
/// takes no memory; deleted when disposed.
/// </summary>
internal sealed class TemporaryCopy : IDisposable
{
    /// <summary>Most that is copied: four days of sound at 16 kHz and 16 bits are less.</summary>
    private const long MostBytes = 16L << 30;

    private readonly string _name;

    private TemporaryCopy(string path, string name) => (FilePath, _name) = (path, name);

    /// <param name="stream">Read from its position to its end; not disposed.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <exception cref="AudioException">The stream cannot be read, or there is no room for it.</exception>
    public static async Task<TemporaryCopy> OfAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        // Made by the runtime for its owner only, and named so that nobody guesses it.
        var path = Path.GetTempFileName();
        var copy = new TemporaryCopy(path, name);
        try
        {
            var file = new FileStream(path, FileMode.Truncate, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                await CopyAsync(stream, file, name, cancellationToken).ConfigureAwait(false);
            }

            return copy;
        }
        catch (Exception exception)
        {
            copy.Dispose();
            if (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw new AudioException(
                    $"{name}: cannot be copied to {Path.GetTempPath()} ({exception.Message}).", exception);
            }

            throw;
        }
    }

    /// <summary>Where the file lies until this is disposed.</summary>
    public string FilePath { get; }

    /// <summary>The same exception, with the stream's name instead of the file's.</summary>
    public AudioException Renamed(AudioException exception) => new(
        exception.Message.Replace(FilePath, _name, StringComparison.Ordinal), exception.InnerException ?? exception);

    public void Dispose() => File.Delete(FilePath);

    private static async Task CopyAsync(
        Stream stream, FileStream file, string name, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        for (var copied = 0L; ;)
        {
            // A pipe that nobody writes to is read on a thread that waits; the caller need not.
            var read = await stream.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken)
                .ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            copied += read;
            if (copied > MostBytes)
            {
                throw new AudioException(
                    $"{name}: more than {MostBytes >> 30} GB, the most that is copied. Give the file itself.");
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }
}
