using Speaker.Audio.Features;
using Speaker.Audio.Numerics;

namespace Speaker.Audio.Quality;

/// <summary>
/// Up to which frequency the speech of a sound holds anything. In each of 64 bands
/// of 125 Hz the level that a tenth of the speech frames reach stands for the band, so that neither a few clicks nor
/// the rarity of an "s" decides; the bandwidth ends with the highest band within 62 dB of the strongest. What a
/// telephone, an upsampled 8 kHz recording or a codec cut off lies below that; the noise of a room does not, so noise
/// that was added after the cut hides it. Buffers are reused; not thread safe.
/// </summary>
internal sealed class BandwidthMeter
{
    private const int TransformLength = 512;
    private const int Bands = 64;
    private const int BinsPerBand = TransformLength / 2 / Bands;

    /// <summary>Share of the frames that are at the band's level or above.</summary>
    private const double Share = 0.1;

    /// <summary>A band farther below the strongest one than this is empty, in dB.</summary>
    private const int Range = 62;

    /// <summary>Levels are counted in steps of 1 dB from this one up; the frames' window is not divided out.</summary>
    private const int LowestLevel = -140;

    private const int Levels = 200;

    private readonly FourierTransform _transform = new(TransformLength);
    private readonly float[] _window;
    private readonly float[] _real = new float[TransformLength];
    private readonly float[] _imaginary = new float[TransformLength];
    private readonly int[] _histograms = new int[Bands * Levels];
    private readonly int _hop;
    private readonly double _bandWidth;
    private int _frameCount;

    public BandwidthMeter(FrontEndSpecification frontEnd)
    {
        _hop = frontEnd.HopLength;
        _bandWidth = (double)frontEnd.SampleRate / TransformLength * BinsPerBand;

        // Hann: what leaks into a far band falls with the cube of the distance.
        _window = new float[Math.Min(frontEnd.FrameLength, TransformLength)];
        for (var i = 0; i < _window.Length; i++)
        {
            _window[i] = (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / _window.Length)));
        }
    }

    /// <param name="samples">A sound.</param>
    /// <param name="frames">For each frame of it, whether it is speech.</param>
    /// <returns>Upper edge of the highest band that holds anything, in hertz.</returns>
    public double Measure(ReadOnlySpan<float> samples, ReadOnlySpan<bool> frames)
    {
        Array.Clear(_histograms);
        _frameCount = 0;
        CountLevels(samples, frames);

        Span<int> levels = stackalloc int[Bands];
        for (var band = 0; band < Bands; band++)
        {
            levels[band] = LevelOf(band);
        }

        // Hum is no speech, and the first band is all that it has.
        var strongest = int.MinValue;
        foreach (var level in levels[1..])
        {
            strongest = Math.Max(strongest, level);
        }

        var highest = Bands - 1;
        while (levels[highest] < strongest - Range)
        {
            highest--;
        }

        return (highest + 1) * _bandWidth;
    }

    private void CountLevels(ReadOnlySpan<float> samples, ReadOnlySpan<bool> frames)
    {
        // Two frames a transform: one is its real part, the other its imaginary part.
        var waiting = -1;
        for (var frame = 0; frame < frames.Length; frame++)
        {
            if (!frames[frame])
            {
                continue;
            }

            if (waiting < 0)
            {
                waiting = frame;
            }
            else
            {
                Count(samples, waiting, frame);
                waiting = -1;
            }
        }

        if (waiting >= 0)
        {
            Count(samples, waiting, waiting);
        }
    }

    private void Count(ReadOnlySpan<float> samples, int first, int second)
    {
        Load(samples, first, _real);
        Load(samples, second, _imaginary);
        _transform.Forward(_real, _imaginary);
        for (var band = 0; band < Bands; band++)
        {
            double one = 0;
            double two = 0;
            for (var bin = band * BinsPerBand; bin < (band + 1) * BinsPerBand; bin++)
            {
                // X[k] and conj X[N-k] are the sum and the difference of the two spectra.
                var mirror = (TransformLength - bin) % TransformLength;
                double sumReal = _real[bin] + _real[mirror];
                double sumImaginary = _imaginary[bin] - _imaginary[mirror];
                double gapReal = _real[bin] - _real[mirror];
                double gapImaginary = _imaginary[bin] + _imaginary[mirror];
                one += (sumReal * sumReal) + (sumImaginary * sumImaginary);
                two += (gapReal * gapReal) + (gapImaginary * gapImaginary);
            }

            Count(band, one);
            if (second != first)
            {
                Count(band, two);
            }
        }

        _frameCount += second == first ? 1 : 2;
    }

    private void Load(ReadOnlySpan<float> samples, int frame, float[] part)
    {
        var source = samples.Slice(frame * _hop, _window.Length);
        for (var i = 0; i < _window.Length; i++)
        {
            part[i] = source[i] * _window[i];
        }

        part.AsSpan(_window.Length).Clear();
    }

    private void Count(int band, double power)
    {
        var level = power > 0 ? (int)Math.Floor(10 * Math.Log10(power)) - LowestLevel : 0;
        _histograms[(band * Levels) + Math.Clamp(level, 0, Levels - 1)]++;
    }

    /// <summary>The level that <see cref="Share"/> of the frames reach in a band.</summary>
    private int LevelOf(int band)
    {
        var histogram = _histograms.AsSpan(band * Levels, Levels);
        var wanted = Math.Max(1, (int)(Share * _frameCount));
        var level = Levels - 1;
        for (var reached = histogram[level]; reached < wanted && level > 0; reached += histogram[level])
        {
            level--;
        }

        return level;
    }
}
