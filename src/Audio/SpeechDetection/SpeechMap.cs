namespace Speaker.Audio.SpeechDetection;

/// <summary>
/// What a <see cref="SpeechDetector"/> heard so far. It is the detector's own and is written over by its next sound.
/// </summary>
internal sealed class SpeechMap
{
    private bool[] _frames = new bool[128];
    private float[] _logOdds = new float[128];
    private bool[] _kept = [];

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

    /// <summary>The frames that are speech or no further from a frame of it than the margin.</summary>
    /// <param name="margin">In frames; 0: speech alone.</param>
    /// <param name="count">How many are kept.</param>
    /// <returns>A decision for every frame; written over by the next call.</returns>
    public ReadOnlySpan<bool> Keep(int margin, out int count)
    {
        if (margin == 0)
        {
            count = SpeechFrames;
            return Frames;
        }

        if (_kept.Length < Count)
        {
            _kept = new bool[_frames.Length];
        }

        Array.Clear(_kept, 0, Count);
        for (int frame = 0, kept = 0; frame < Count; frame++)
        {
            if (_frames[frame])
            {
                // What an earlier frame has kept is not gone over again.
                var start = Math.Max(kept, frame - margin);
                kept = Math.Min(Count, frame + margin + 1);
                _kept.AsSpan(start, kept - start).Fill(true);
            }
        }

        count = _kept.AsSpan(0, Count).Count(true);
        return _kept.AsSpan(0, Count);
    }

    internal void Begin()
    {
        Count = 0;
        SpeechFrames = 0;
        Confidence = 0;
    }

    /// <summary>Drops the frames so far; what is known of the sound as a whole stays.</summary>
    internal void Forget() => Count = 0;

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
