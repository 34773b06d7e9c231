namespace Speaker.Audio;

/// <summary>A capture device as blocks of 16 kHz mono samples.</summary>
public sealed class Microphone
{
    public Microphone(MicrophoneOptions options, TimeProvider timeProvider) => throw new NotImplementedException();

    public IAsyncEnumerable<float[]> CaptureAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}
