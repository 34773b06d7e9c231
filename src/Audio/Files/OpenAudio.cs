using NAudio.Wave;

namespace Speaker.Audio.Files;

/// <summary>Sound that is ready to be read.</summary>
/// <param name="Samples">16 kHz mono.</param>
/// <param name="ClaimedSeconds">Length by what the source says of itself, for showing progress; 0 where it says
/// nothing.</param>
/// <param name="FindNotes">What was found in it until now.</param>
/// <param name="Owner">What is to be closed afterwards.</param>
internal sealed record OpenAudio(
    ISampleProvider Samples, double ClaimedSeconds, Func<IReadOnlyList<RecordingNote>> FindNotes, IDisposable? Owner)
    : IDisposable
{
    /// <summary>What was found in it so far; complete at the end of the sound.</summary>
    public IReadOnlyList<RecordingNote> Notes => FindNotes();

    public void Dispose() => Owner?.Dispose();
}
