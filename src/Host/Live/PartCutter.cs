using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.SpeechDetection;

namespace Speaker.Host.Live;

/// <summary>
/// Cuts what is said into parts: one ends with the first pause after there is speech enough in it, or where it has become
/// twice as long as that. Not thread safe.
/// </summary>
internal sealed class PartCutter
{
    private const double PauseSeconds = 0.6;

    /// <summary>Of sound before the first word: what the noise is judged by.</summary>
    private const double LeadSeconds = 1;

    /// <summary>Of speech without a pause, against what is needed.</summary>
    private const double LongestShare = 2;

    /// <summary>Of sound, with however little speech in it.</summary>
    private const double MostSeconds = 60;

    private readonly SpeechDetector _detector;
    private readonly double _frameSeconds;
    private readonly List<float> _samples = [];
    private int _frames;
    private int _pauseFrames;

    /// <param name="frontEnd">Of the model: 16 kHz.</param>
    /// <exception cref="AudioException">A value of it is out of its range.</exception>
    public PartCutter(FrontEndSpecification frontEnd)
    {
        _detector = new SpeechDetector(frontEnd);
        _frameSeconds = (double)frontEnd.HopLength / frontEnd.SampleRate;
        _detector.Begin();
    }

    /// <summary>Of sound in the part so far.</summary>
    public double Seconds => (double)_samples.Count / AudioFile.SampleRate;

    /// <summary>Of speech in the part so far.</summary>
    public double SpeechSeconds { get; private set; }

    /// <summary>Whether somebody spoke at the end of it.</summary>
    public bool IsSpeech => SpeechSeconds > 0 && _pauseFrames == 0;

    /// <summary>Adds sound.</summary>
    /// <param name="block">16 kHz mono.</param>
    /// <param name="neededSeconds">Of speech in a part.</param>
    /// <returns>The part that ended with it; null where it goes on.</returns>
    public float[]? Append(ReadOnlySpan<float> block, double neededSeconds)
    {
        _samples.AddRange(block);
        Detect(block);
        if (SpeechSeconds == 0 && Seconds > 2 * LeadSeconds)
        {
            float[] lead = [.. _samples.TakeLast((int)(LeadSeconds * AudioFile.SampleRate))];
            Begin();
            _samples.AddRange(lead);
            Detect(lead);
        }

        var isWhole = SpeechSeconds >= neededSeconds && _pauseFrames * _frameSeconds >= PauseSeconds;
        return isWhole || SpeechSeconds >= LongestShare * neededSeconds || Seconds >= MostSeconds ? Take() : null;
    }

    /// <summary>The part that the end of the sound ends; null where there is no speech in it.</summary>
    public float[]? End() => SpeechSeconds > 0 ? Take() : null;

    private float[] Take()
    {
        float[] part = [.. _samples];
        Begin();
        return part;
    }

    private void Begin()
    {
        _samples.Clear();
        _detector.Begin();
        (_frames, _pauseFrames, SpeechSeconds) = (0, 0, 0);
    }

    private void Detect(ReadOnlySpan<float> samples)
    {
        var map = _detector.Push(samples);
        foreach (var isSpeech in map.Frames[_frames..])
        {
            _pauseFrames = isSpeech ? 0 : _pauseFrames + 1;
        }

        _frames = map.Count;
        SpeechSeconds = map.SpeechFrames * _frameSeconds;
    }
}
