namespace Speaker.Audio.SpeechDetection;

/// <summary>
/// What a <see cref="SpeechDetector"/> heard so far. It is the detector's own and is written over by its next sound.
/// </summary>
internal sealed class SpeechMap
{
    private bool[] _frames = new bool[128];
    private float[] _logOdds = new float[128];

    /// <summary>A decision for every frame of the front end, in order of time.</summary>
    public ReadOnlySpan<bool> Frames => _frames.AsSpan(0, Count);

    /// <summary>Log-odds of speech of every frame, nats.</summary>
    public ReadOnlySpan<float> LogOdds => _logOdds.AsSpan(0, Count);

    /// <summary>How many frames there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are speech; after the end of the sound 0 where it as a whole holds none.</summary>
    public int SpeechFrames { get; private set; }

    /// <summary>The mean probability of speech over the most speech-like stretch, 0 to 1.</summary>
    public double Confidence { get; private set; }

    internal void Begin()
    {
        Count = 0;
        SpeechFrames = 0;
        Confidence = 0;
    }

    internal void Add(float odds, bool isSpeech, double stretchMean)
    {
        if (Count == _frames.Length)
        {
            Array.Resize(ref _frames, 2 * Count);
            Array.Resize(ref _logOdds, 2 * Count);
        }

        _frames[Count] = isSpeech;
        _logOdds[Count++] = odds;
        SpeechFrames += isSpeech ? 1 : 0;
        Confidence = Math.Max(Confidence, stretchMean);
    }

    /// <summary>The sound as a whole holds no speech.</summary>
    internal void Dismiss()
    {
        _frames.AsSpan(0, Count).Clear();
        SpeechFrames = 0;
    }
}
