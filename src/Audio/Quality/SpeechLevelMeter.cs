using Speaker.Audio.Features;

namespace Speaker.Audio.Quality;

/// <summary>
/// Power of the speech frames of a sound and of the others, by <see cref="FramePowers"/>. Other frames that share samples
/// with a speech frame are neither; nor are those that are far louder than the quieter speech frames, such as a beep before
/// the speech: noise that lies under the speech lies under those too. Buffers are reused; not thread safe.
/// </summary>
internal sealed class SpeechLevelMeter(FrontEndSpecification frontEnd)
{
    private const double SmallestPower = 1e-12;

    /// <summary>From fewer seconds of other sound its power cannot be told.</summary>
    private const double LeastNoiseSeconds = 0.1;

    /// <summary>Speech is not reported as farther below the noise than this, in dB.</summary>
    private const double LowestRatio = -20;

    /// <summary>Noise is at most so many times as powerful as the speech frame that a quarter of them are below: 6 dB, as
    /// its own power varies.</summary>
    private const float MostNoiseToQuietSpeech = 4;

    private readonly FramePowers _powers = new(frontEnd);
    private float[] _speechPowers = [];

    /// <param name="samples">A sound.</param>
    /// <param name="frames">For each frame of it, whether it is speech; one is at least.</param>
    /// <returns>
    /// Mean power of the speech frames, in dBFS; and the power of the speech alone (that of the speech frames less that
    /// of the others) over that of the others, in dB, null when there are too few others.
    /// </returns>
    public (double SpeechLevel, double? SignalToNoise) Measure(ReadOnlySpan<float> samples, ReadOnlySpan<bool> frames)
    {
        double speech = 0;
        double noise = 0;
        var speechFrames = 0;
        var noiseFrames = 0;
        var overlap = (frontEnd.FrameLength - 1) / frontEnd.HopLength;
        var measured = _powers.Measure(samples);
        var loudestNoise = MostNoiseToQuietSpeech * LowerQuartile(measured, frames);
        for (var frame = 0; frame < frames.Length; frame++)
        {
            var near = frames[Math.Max(0, frame - overlap)..Math.Min(frames.Length, frame + overlap + 1)];
            if (!frames[frame] && near.Contains(true))
            {
                continue;
            }

            double power = measured[frame];
            if (frames[frame])
            {
                speech += power;
                speechFrames++;
            }
            else if (power <= loudestNoise)
            {
                noise += power;
                noiseFrames++;
            }
        }

        speech /= speechFrames;
        noise /= noiseFrames;
        double? ratio = noiseFrames * frontEnd.HopLength < LeastNoiseSeconds * frontEnd.SampleRate
            ? null
            : Math.Max(LowestRatio, 10 * Math.Log10(Math.Max((speech / noise) - 1, SmallestPower)));
        return (10 * Math.Log10(speech), ratio);
    }

    private float LowerQuartile(ReadOnlySpan<float> powers, ReadOnlySpan<bool> frames)
    {
        if (_speechPowers.Length < powers.Length)
        {
            _speechPowers = new float[powers.Length];
        }

        var count = 0;
        for (var frame = 0; frame < frames.Length; frame++)
        {
            if (frames[frame])
            {
                _speechPowers[count++] = powers[frame];
            }
        }

        _speechPowers.AsSpan(0, count).Sort();
        return _speechPowers[(count - 1) / 4];
    }
}
