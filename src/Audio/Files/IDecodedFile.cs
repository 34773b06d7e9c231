using NAudio.Wave;

namespace Speaker.Audio.Files;

/// <summary>
/// An open sound file as 32-bit float samples, full scale 1, channels interleaved, decoded as it is read.
/// </summary>
internal interface IDecodedFile : ISampleProvider, IDisposable
{
    /// <summary>Samples of each channel by the file's header, which may be wrong; 0 where it does not say.</summary>
    long ClaimedFrames { get; }

    /// <summary>What was found so far; complete at the end of the sound.</summary>
    IReadOnlyList<RecordingNote> Notes => [];
}
