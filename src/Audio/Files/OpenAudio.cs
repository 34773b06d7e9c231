using NAudio.Wave;

namespace Speaker.Audio.Files;

/// <summary>Sound that is ready to be read.</summary>
/// <param name="Samples">16 kHz mono.</param>
/// <param name="ClaimedSeconds">Length by what the source says of itself, for showing progress; 0 where it says
/// nothing.</param>
/// <param name="Owner">What is to be closed afterwards.</param>
internal sealed record OpenAudio(ISampleProvider Samples, double ClaimedSeconds, IDisposable? Owner) : IDisposable
{
    public void Dispose() => Owner?.Dispose();
}
