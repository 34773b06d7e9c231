using System.Runtime.CompilerServices;
using NAudio.Wave;
using Speaker.Audio;

namespace Speaker.Host.Live;

/// <summary>A sound file, as fast as it is listened to or as fast as it was spoken.</summary>
/// <param name="path">Its path.</param>
/// <param name="options">How files are opened.</param>
/// <param name="isLive">Whether it takes the time that the recording took.</param>
/// <param name="time">The clock of that.</param>
internal sealed class RecordingSource(string path, AudioFileOptions options, bool isLive, TimeProvider time)
    : ISoundSource
{
    public string? File => path;

    public string Name => Path.GetFileName(path);

    public bool IsLive => isLive;

    public double? LatencySeconds => null;

    public async IAsyncEnumerable<float[]> ReadAsync(
        Action<string> notice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var recording = AudioInput.FromFile(path);
        using var fetched = await recording.FetchAsync(cancellationToken);
        using var sound = recording.Open(fetched, options, cancellationToken);
        await foreach (var block in SampleBlocks.ReadAsync(sound.Samples, isLive ? time : null, cancellationToken))
        {
            yield return block;
        }
    }
}
