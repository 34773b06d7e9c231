using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Speaker.Audio;
using Speaker.Audio.Files;

namespace Speaker.Host.Http;

/// <summary>One recording of a request, in a private temporary file until it is disposed.</summary>
internal sealed class Upload : IDisposable
{
    /// <summary>Parameter of the address: what a recording in the body is called.</summary>
    public const string NameName = "name";

    private const int LongestName = 255;

    /// <summary>Parameters of the address that say how to take a recording.</summary>
    public static readonly IReadOnlyList<string> Query = [NameName, PcmFormat.RateName, PcmFormat.ChannelsName];

    private readonly TemporaryCopy _copy;
    private readonly PcmFormat? _format;
    private readonly FileStream? _raw;

    private Upload(string field, string name, TemporaryCopy copy, PcmFormat? format, double maximumSeconds)
    {
        (Field, Name, _copy, _format) = (field, name, copy, format);
        _raw = format is null ? null : File.OpenRead(copy.FilePath);
        var input = _raw is null
            ? AudioInput.FromFile(copy.FilePath)
            : AudioInput.FromProvider(new PcmSampleProvider(_raw, format!));
        Input = input with { Name = name, MaximumSeconds = maximumSeconds };
    }

    /// <summary>The part of the form that it came in; empty for a body that is no form.</summary>
    public string Field { get; }

    /// <summary>What the caller calls it.</summary>
    public string Name { get; }

    /// <summary>To be listened to once.</summary>
    public AudioInput Input { get; }

    /// <param name="body">Read to its end.</param>
    /// <param name="type">What the body is; where that is no raw sound the file's own head says it.</param>
    /// <param name="request">Its query may have the rate.</param>
    /// <param name="field">See <see cref="Field"/>.</param>
    /// <param name="name">Of the file, with or without folders; what cannot be shown is left out.</param>
    /// <param name="maximumSeconds">What is longer is refused.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ProblemException">The format is raw and says too little.</exception>
    /// <exception cref="AudioException">The body cannot be read to its end, or there is no room for it.</exception>
    public static async Task<Upload> ReadAsync(
        Stream body,
        MediaTypeHeaderValue type,
        HttpRequest request,
        string field,
        string? name,
        double maximumSeconds,
        CancellationToken cancellationToken)
    {
        var format = PcmFormat.Of(type, request.Query);
        var shown = Shown(name);
        var copy = await TemporaryCopy.OfAsync(body, shown, cancellationToken);
        if (new FileInfo(copy.FilePath).Length == 0)
        {
            copy.Dispose();
            throw new ProblemException(400, "missingRecording", $"{shown} is empty: there is no byte in it");
        }

        return new Upload(field, shown, copy, format, maximumSeconds);
    }

    /// <summary>The same exception, with the recording's name instead of that of the temporary file.</summary>
    public AudioException Renamed(AudioException exception) => _copy.Renamed(exception);

    /// <summary>The recording as a sound file; raw samples become WAV.</summary>
    public async Task<byte[]> ToFileAsync(CancellationToken cancellationToken)
    {
        var content = await File.ReadAllBytesAsync(_copy.FilePath, cancellationToken);
        return _format?.ToWave(content) ?? content;
    }

    public void Dispose()
    {
        _raw?.Dispose();
        _copy.Dispose();
    }

    private static string Shown(string? name)
    {
        var plain = string.Concat(
            (name ?? "").Split('/', '\\')[^1].Where(character => !char.IsControl(character))).Trim();
        return plain.Length == 0 ? "recording" : plain[..Math.Min(plain.Length, LongestName)];
    }
}
