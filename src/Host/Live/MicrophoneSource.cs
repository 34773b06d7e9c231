using Speaker.Audio;

namespace Speaker.Host.Live;

/// <summary>The microphone.</summary>
internal sealed class MicrophoneSource(Microphone microphone) : ISoundSource
{
    public string? File => null;

    public string Name => "microphone";

    public bool IsLive => true;

    public double? LatencySeconds => microphone.LatencySeconds;

    public IAsyncEnumerable<float[]> ReadAsync(Action<string> notice, CancellationToken cancellationToken)
    {
        microphone.Noticed = said => notice(said.Message);
        return microphone.CaptureAsync(cancellationToken);
    }
}
