using Speaker.Audio.Files;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Audio.Tests.Support;

/// <summary>All of a sound at once.</summary>
internal static class Decoded
{
    /// <summary>What libsndfile makes of the bytes, with nothing of ours before it: the oracle for well-formed files.</summary>
    public static float[] BySoundFile(byte[] file)
    {
        using var reader = new SoundFileReader(new MemoryStream(file));
        return All(reader);
    }

    public static float[] All(IDecodedFile file)
    {
        var samples = new List<float>();
        var buffer = new float[4096 - (4096 % file.WaveFormat.Channels)];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            samples.AddRange(buffer.AsSpan(0, read));
        }

        return [.. samples];
    }

    /// <summary>16 kHz mono, and what was found in the file.</summary>
    public static (float[] Samples, IReadOnlyList<RecordingNote> Notes) Heard(
        string path, AudioFileOptions? options = null)
    {
        using var source = AudioFile.Open(path, options);
        var samples = new List<float>();
        var buffer = new float[4096];
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            samples.AddRange(buffer.AsSpan(0, read));
        }

        return ([.. samples], source.Notes);
    }

    /// <summary>The samples of a file in which nothing is found.</summary>
    public static float[] Clean(string path)
    {
        var (samples, notes) = Heard(path);
        Assert.Empty(notes);
        return samples;
    }

    /// <summary>The samples of a file in which one thing is found.</summary>
    public static float[] With(RecordingIssue issue, string message, string path)
    {
        var (samples, notes) = Heard(path);
        var note = Assert.Single(notes);
        Assert.Equal(issue, note.Issue);
        Assert.Contains(message, note.Message, StringComparison.Ordinal);
        return samples;
    }

    /// <summary>What is said of a file that cannot be opened or decoded; it begins with its path.</summary>
    public static string Refusal(string path, AudioFileOptions? options = null)
    {
        var exception = Assert.Throws<AudioException>(() => Heard(path, options));
        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        return exception.Message;
    }
}
