using Speaker.Audio;

namespace Speaker.Host.Live;

/// <summary>The microphone.</summary>
internal sealed class MicrophoneSource(Microphone microphone) : ISoundSource
{
    public string? File => null;

    public bool IsLive => true;

    public double? LatencySeconds => microphone.LatencySeconds;

    public IAsyncEnumerable<float[]> ReadAsync(CancellationToken cancellationToken) =>
        microphone.CaptureAsync(cancellationToken);
}
