namespace Speaker.Audio;

/// <summary>
/// What a <see cref="SpeechDetector"/> heard. It is the detector's own and is written over by its next call.
/// </summary>
public sealed class SpeechMap
{
    private bool[] frames = [];

    /// <summary>A decision for every frame of the front end, in order of time.</summary>
    public ReadOnlySpan<bool> Frames => frames.AsSpan(0, Count);

    /// <summary>How many frames there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are speech; 0 where the sound as a whole is not.</summary>
    public int SpeechFrames { get; internal set; }

    /// <summary>The noise floor: a low percentile of frame energy, in dBFS.</summary>
    public double NoiseLevel { get; internal set; }

    /// <summary>The speech level: a high percentile of frame energy, in dBFS.</summary>
    public double SpeechLevel { get; internal set; }

    /// <summary>Share of the loud frames that are periodic as voices are, 0 to 1.</summary>
    public double VoicedShare { get; internal set; }

    internal Span<bool> Begin(int count)
    {
        if (frames.Length < count)
        {
            frames = new bool[count];
        }

        Count = count;
        SpeechFrames = 0;
        NoiseLevel = SpeechLevel = double.NegativeInfinity;
        VoicedShare = 0;
        var writable = frames.AsSpan(0, count);
        writable.Clear();
        return writable;
    }
}
