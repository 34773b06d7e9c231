using Speaker.Audio.Features;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;

namespace Speaker.Audio.SpeechDetection;

/// <summary>
/// What the speech detector's network reads of each frame: mel-frequency cepstra, the first of them, the frame's level,
/// relative to a peak level that is held and let fall slowly. So nothing depends on the gain of a recording, and
/// nothing on what is still to come. Not thread safe; allocates nothing after construction.
/// </summary>
internal sealed class SpeechFeatures
{
    /// <summary>Values a frame.</summary>
    public const int Count = SpeechNetwork.Features;

    private const int MelBands = 64;

    /// <summary>How fast the held peak falls, in dB a second.</summary>
    private const double PeakFall = 3;

    private readonly StreamingFrontEnd _frontEnd;
    private readonly float _fall;
    private float _peak;

    /// <param name="specification">Whose rate, frames and hops to keep in step with.</param>
    /// <exception cref="AudioException">The specification has a value out of its range.</exception>
    public SpeechFeatures(FrontEndSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        _frontEnd = new StreamingFrontEnd(specification with
        {
            MelBands = MelBands,
            Cepstra = Count,
            LowFrequency = 60,
            HighFrequency = 0.475 * specification.SampleRate,
            PreEmphasis = 0.97,
            KaldiFrames = false,
            Window = "hamming",
            LifterSize = 0,
            // Below the rounding noise of 16 bits, so that a quiet recording is not cut off.
            LogFloor = 1e-9,
            SpeechLevel = null,
        });
        // c0 is the sum of the log bands over the root of their number; a dB of power is ln(10) / 10 in each.
        _fall = (float)(PeakFall * Math.Log(10) / 10 * Math.Sqrt(MelBands)
            * specification.HopLength / specification.SampleRate);
        Begin();
    }

    /// <summary>Forgets the sound so far.</summary>
    public void Begin()
    {
        _frontEnd.Reset();
        _peak = float.NegativeInfinity;
    }

    /// <summary>Frames that so many samples more will complete.</summary>
    public int CountFrames(int samples) => _frontEnd.CountFrames(samples);

    /// <summary>Takes the next samples and hands out the frames they complete.</summary>
    /// <param name="samples">Mono, full scale 1.</param>
    /// <param name="frames">Receives <see cref="Count"/> values a frame.</param>
    /// <returns>How many frames.</returns>
    public int Push(ReadOnlySpan<float> samples, Span<float> frames)
    {
        var count = _frontEnd.Push(samples, frames);
        for (var frame = 0; frame < count; frame++)
        {
            ref var level = ref frames[frame * Count];
            _peak = Math.Max(level, _peak - _fall);
            level -= _peak;
        }

        return count;
    }
}
