using System.Text.Json;
using Speaker.Audio;
using Speaker.Audio.Files.Opening;
using Speaker.Enrolment;
using Speaker.Jobs;

namespace Speaker.Host.Agents;

/// <summary>What an agent called a tool with.</summary>
/// <param name="values">By name.</param>
/// <param name="caller">Says where recordings may come from.</param>
internal sealed class AgentArguments(IDictionary<string, JsonElement> values, AgentCaller caller)
{
    /// <summary>A recording as a path.</summary>
    public const string File = "file";

    /// <summary>A recording itself: a sound file in Base64 (RFC 4648).</summary>
    public const string Audio = "audio";

    /// <summary>A text that may be left out.</summary>
    /// <exception cref="AgentException">It is no text.</exception>
    public string? Text(string name) => !values.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null
        ? null
        : value.ValueKind == JsonValueKind.String
            ? Whole(value, name)
            : throw new AgentException($"{name} is no text: give a string");

    private static string Whole(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            // Half of a surrogate pair, which JSON can spell and no text has.
            throw new AgentException($"{name} is no text: give a string of whole characters", exception);
        }
    }

    /// <summary>A text that must be there.</summary>
    /// <exception cref="AgentException">It is not, or it is no text.</exception>
    public string RequireText(string name) => Text(name) is { Length: > 0 } text
        ? text
        : throw new AgentException($"{name} is missing: give a string");

    /// <summary>The name of a speaker, as the store has it.</summary>
    /// <exception cref="AgentException">It can be nobody's.</exception>
    public string Speaker()
    {
        var name = RequireText("speaker");
        return SpeakerName.Problem(name) is { } problem
            ? throw new AgentException(problem)
            : SpeakerName.Normalise(name);
    }

    /// <summary>The recording, and what results call it.</summary>
    /// <exception cref="AgentException">There is none or there are two, or what there is is no Base64.</exception>
    public (AudioInput Input, string Name) Recording()
    {
        var (path, audio) = Source();
        return path is not null
            ? (Bounded(AudioInput.FromFile(path)), path)
            : (InputOf(new JobSound(Audio, Decoded(audio!))), Audio);
    }

    /// <summary>The recording as the bytes of a sound file, read once, and what results call it.</summary>
    /// <param name="most">Bytes that a file may have.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="AgentException">It has more; or as <see cref="Recording"/>.</exception>
    /// <exception cref="AudioException">It cannot be read, or is no regular file.</exception>
    public async Task<JobSound> SoundAsync(long most, CancellationToken cancellationToken)
    {
        var (path, audio) = Source();
        if (path is null)
        {
            return new JobSound(Audio, Decoded(audio!));
        }

        await using var file = RegularFile.Open(path);
        if (file.Length > most)
        {
            throw new AgentException(
                $"{path} has {file.Length / 1e6:0.0} MB, and {most / 1e6:0.0} may (Speaker:Jobs:MaximumMegabytes): cut it");
        }

        var content = new byte[file.Length];
        try
        {
            await file.ReadExactlyAsync(content, cancellationToken);
        }
        catch (IOException exception)
        {
            throw new AudioException($"{path}: {exception.Message}", exception);
        }

        return new JobSound(Path.GetFileName(path), content);
    }

    /// <summary>A sound that was read, to be listened to.</summary>
    public AudioInput InputOf(JobSound sound) =>
        Bounded(AudioInput.FromStream(new MemoryStream(sound.Content)) with { Name = sound.Name });

    /// <summary>One of them, and not empty.</summary>
    private (string? Path, string? Audio) Source()
    {
        var (path, audio) = (Text(File), Text(Audio));
        if (path is not null && !caller.ReadsFiles)
        {
            throw new AgentException($"{File} names a file of this machine, which only 'speaker mcp' reads: give {Audio}");
        }

        return (path, audio) is ({ Length: > 0 }, null) or (null, { Length: > 0 })
            ? (path, audio)
            : throw new AgentException(
                caller.ReadsFiles ? $"give {File} or {Audio}: one of them" : $"{Audio} is missing: give a recording");
    }

    private AudioInput Bounded(AudioInput recording) =>
        recording with { MaximumSeconds = caller.MaximumSeconds ?? double.PositiveInfinity };

    private static byte[] Decoded(string encoded)
    {
        try
        {
            return Convert.FromBase64String(encoded);
        }
        catch (FormatException exception)
        {
            throw new AgentException($"{Audio} is no Base64: give a sound file (WAV, FLAC, Ogg, MP3) in Base64", exception);
        }
    }
}

/// <summary>A tool was called with what it cannot use; the message says what to give.</summary>
internal sealed class AgentException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>As <see cref="AgentProblem.Code"/>.</summary>
    public string Code { get; init; } = "invalidArgument";
}
