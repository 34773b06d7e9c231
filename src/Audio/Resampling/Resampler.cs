using System.Numerics.Tensors;
using NAudio.Wave;
using Speaker.Audio.Numerics;

namespace Speaker.Audio.Resampling;

/// <summary>
/// Any rate to any other, streamed, for mono sources. Output n is the band-limited source at time n / newSampleRate:
/// a sinc under a Kaiser window (about 140 dB down in the stop band), its transition, a tenth of the lower rate's band
/// wide, centred on the lower of the two Nyquist frequencies: at 16 kHz what folds back lies above 7,600 Hz, beyond the
/// front end's last filter. There is no delay, and a source of length n gives ceil(n * new / old) samples. Filters for
/// every phase of the ratio are made beforehand (Crochiere and Rabiner 1981); a ratio with more phases than are kept
/// takes the line between the two nearest.
/// </summary>
/// <remarks>
/// Why not libsoxr: at its high quality it is no better (docs/audio-quality.md has both side by side). Why not
/// NAudio.Core 3.3's WdlResamplingSampleProvider: from 48 kHz a tone of 7,600 Hz comes out 14 dB down there, and one of 8,500 Hz,
/// which must go, 18 dB down at 7,500 Hz; from 44.1 kHz what it adds to a tone of 3 kHz is 44 dB down.
/// Not thread safe.
/// </remarks>
internal sealed class Resampler : ISampleProvider
{
    private const int ZeroCrossings = 92;
    private const double KaiserBeta = 14.5;
    private const int MostPhases = 1024;
    private const int BlockLength = 4096;

    // Terms of the Bessel series: at KaiserBeta it has converged after 36. No division is left in what every tap takes.
    private static readonly double[] InverseSquares =
        [.. Enumerable.Range(1, 40).Select(k => 1.0 / ((double)k * k))];

    private readonly ISampleProvider _source;
    private readonly long _up;
    private readonly long _down;
    private readonly int _halfLength;
    private readonly int _phases;
    private readonly float[] _filters;
    private readonly float[] _history;

    private int _historyLength;
    private long _historyStart;
    private long _sourceLength;
    private bool _sourceEnded;
    private long _position;

    /// <param name="source">Mono samples.</param>
    /// <param name="newSampleRate">Samples a second to give.</param>
    /// <exception cref="ArgumentException">The source is not mono.</exception>
    public Resampler(ISampleProvider source, int newSampleRate)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(newSampleRate, 1);
        if (source.WaveFormat.Channels != 1)
        {
            throw new ArgumentException(
                $"The source has {source.WaveFormat.Channels} channels; mix it to one before it is resampled.",
                nameof(source));
        }

        _source = source;
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(newSampleRate, 1);
        var oldRate = source.WaveFormat.SampleRate;
        var divisor = (long)System.Numerics.BigInteger.GreatestCommonDivisor(oldRate, newSampleRate);
        _up = newSampleRate / divisor;
        _down = oldRate / divisor;
        var cutoff = Math.Min(1.0, (double)newSampleRate / oldRate);
        _halfLength = (int)Math.Ceiling(ZeroCrossings / cutoff);

        // A lower cutoff stretches the filter, so its phases differ less and fewer of them are as exact: the memory and
        // the time that they take stay the same whatever rate a header claims.
        _phases = (int)Math.Min(_up, Math.Ceiling(MostPhases * cutoff));
        _filters = Filters(_phases, _halfLength, cutoff);
        _history = new float[(3 * _halfLength) + BlockLength];
        _historyStart = -_halfLength;
        _historyLength = _halfLength;
    }

    public WaveFormat WaveFormat { get; }

    /// <summary>Samples that can be given, from the beginning on, when so many of the source are there and more may
    /// follow.</summary>
    public long Outputs(long sourceSamples) =>
        sourceSamples <= _halfLength ? 0 : (((sourceSamples - _halfLength) * _up) + _down - 1) / _down;

    public int Read(Span<float> buffer)
    {
        for (var written = 0; written < buffer.Length; written++)
        {
            var centre = _position * _down / _up;
            while (!_sourceEnded && centre + _halfLength >= _historyStart + _historyLength)
            {
                Fill(centre);
            }

            if (_sourceEnded && centre >= _sourceLength)
            {
                return written;
            }

            buffer[written] = Interpolate(centre, _position * _down % _up);
            _position++;
        }

        return buffer.Length;
    }

    /// <summary>
    /// One row a phase and one more for the phase of a whole sample, each 2 halfLength taps long: tap t weighs the
    /// source sample t - halfLength + 1 after the centre.
    /// </summary>
    private static float[] Filters(int phases, int halfLength, double cutoff)
    {
        var length = 2 * halfLength;
        var filters = new float[(phases + 1) * length];
        var atZero = Bessel(KaiserBeta);
        for (var phase = 0; phase <= phases / 2; phase++)
        {
            var row = filters.AsSpan(phase * length, length);
            var sum = 0.0;
            for (var tap = 0; tap < length; tap++)
            {
                var distance = tap - halfLength + 1 - ((double)phase / phases);
                var edge = distance / halfLength;
                var window = Math.Abs(edge) < 1 ? Bessel(KaiserBeta * Math.Sqrt(1 - (edge * edge))) / atZero : 0;
                var angle = Math.PI * distance * cutoff;
                var value = cutoff * (distance == 0 ? 1 : Math.Sin(angle) / angle) * window;
                row[tap] = (float)value;
                sum += value;
            }

            // Every phase passes a constant unchanged.
            TensorPrimitives.Multiply(row, (float)(1 / sum), row);

            // The other half of the phases is this one reversed in time.
            var mirror = filters.AsSpan((phases - phase) * length, length);
            row.CopyTo(mirror);
            mirror.Reverse();
        }

        return filters;
    }

    /// <summary>Modified Bessel function of the first kind, order zero, by its series.</summary>
    private static double Bessel(double x)
    {
        var square = x * x / 4;
        var term = 1.0;
        var sum = 1.0;
        for (var k = 0; k < InverseSquares.Length && term > sum * 1e-17; k++)
        {
            term *= square * InverseSquares[k];
            sum += term;
        }

        return sum;
    }

    private float Interpolate(long centre, long remainder)
    {
        var length = 2 * _halfLength;
        var samples = _history.AsSpan((int)(centre - _halfLength + 1 - _historyStart), length);
        if (_phases == _up)
        {
            return FixedOrderSums.Dot(samples, _filters.AsSpan((int)remainder * length, length));
        }

        var place = (double)remainder * _phases / _up;
        var phase = (int)place;
        var share = (float)(place - phase);
        var near = FixedOrderSums.Dot(samples, _filters.AsSpan(phase * length, length));
        var far = FixedOrderSums.Dot(samples, _filters.AsSpan((phase + 1) * length, length));
        return near + (share * (far - near));
    }

    /// <summary>Drops what no later output needs and reads on; after the source's end there is silence.</summary>
    private void Fill(long centre)
    {
        var needless = (int)Math.Min(_historyLength, centre - _halfLength + 1 - _historyStart);
        if (needless > 0)
        {
            _history.AsSpan(needless, _historyLength - needless).CopyTo(_history);
            _historyStart += needless;
            _historyLength -= needless;
        }

        var read = _source.Read(_history.AsSpan(_historyLength));
        if (read == 0)
        {
            _sourceEnded = true;
            _history.AsSpan(_historyLength).Clear();
            return;
        }

        _historyLength += read;
        _sourceLength += read;
    }
}
