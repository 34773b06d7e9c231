using Speaker.Audio.Features;
using Speaker.Audio.Numerics;

namespace Speaker.Audio.Quality;

/// <summary>
/// The power of each frame of a sound, after a first-order high-pass at 80 Hz that keeps hum and offset out. Buffers are
/// reused; not thread safe.
/// </summary>
/// <param name="frontEnd">Whose frames are measured.</param>
internal sealed class FramePowers(FrontEndSpecification frontEnd)
{
    private const double HighPassFrequency = 80;

    private const float SmallestPower = 1e-12f;

    private readonly float _feedback =
        (float)(1 / (1 + (2 * Math.PI * HighPassFrequency / frontEnd.SampleRate)));

    private float[] _filtered = [];
    private float[] _powers = [];

    /// <summary>The mean square of each frame, at least 1e-12. Written over by the next call.</summary>
    /// <param name="samples">Mono at the front end's rate, full scale 1.</param>
    public ReadOnlySpan<float> Measure(ReadOnlySpan<float> samples)
    {
        var count = frontEnd.CountFrames(samples.Length);
        if (count == 0)
        {
            return [];
        }

        HighPass(samples);
        if (_powers.Length < count)
        {
            _powers = new float[count];
        }

        for (var i = 0; i < count; i++)
        {
            var frame = _filtered.AsSpan(i * frontEnd.HopLength, frontEnd.FrameLength);
            _powers[i] = (FixedOrderSums.SumOfSquares(frame) / frontEnd.FrameLength) + SmallestPower;
        }

        return _powers.AsSpan(0, count);
    }

    /// <summary>y[n] = a (y[n-1] + x[n] - x[n-1]), from rest, so that an offset is no step.</summary>
    private void HighPass(ReadOnlySpan<float> samples)
    {
        if (_filtered.Length < samples.Length)
        {
            _filtered = new float[samples.Length];
        }

        var previous = samples[0];
        var output = 0f;
        for (var i = 0; i < samples.Length; i++)
        {
            output = _feedback * (output + (samples[i] - previous));
            previous = samples[i];
            _filtered[i] = output;
        }
    }
}
