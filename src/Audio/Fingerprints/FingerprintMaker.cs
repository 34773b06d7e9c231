using Speaker.Audio.Numerics;

namespace Speaker.Audio.Fingerprints;

/// <summary>Keeps the beginning of a sound that comes block by block, and makes its fingerprint. Not thread safe.</summary>
internal sealed class FingerprintMaker
{
    private const int SampleRate = 16_000;
    private const int FrameLength = 1024;
    private const int Hop = SampleRate / 100;
    private const int Bands = 16;

    /// <summary>Hz: what a telephone passes too.</summary>
    private const double LowestFrequency = 200;
    private const double HighestFrequency = 3400;

    /// <summary>Frames of 10 ms between the two whose bands are compared.</summary>
    private const int Lag = 4;

    /// <summary>Rises and falls of less than this, in dB, are none.</summary>
    private const double LeastChange = 3;

    /// <summary>Below the loudest band by more than this, in dB, is silence: there codecs differ.</summary>
    private const double Range = 40;

    private static readonly int[] _edges = Edges();
    private static readonly float[] _window = Window();

    private readonly List<float> _kept = [];
    private long _total;

    /// <param name="samples">What follows, 16 kHz mono.</param>
    public void Add(ReadOnlySpan<float> samples)
    {
        const int most = (int)(AudioFingerprint.Seconds * SampleRate);
        _kept.AddRange(samples[..Math.Min(samples.Length, most - _kept.Count)]);
        _total += samples.Length;
    }

    /// <summary>Of what was added so far.</summary>
    public AudioFingerprint ToFingerprint()
    {
        var samples = _kept.ToArray();
        var frames = Math.Max(0, ((samples.Length - FrameLength) / Hop) + 1);
        var levels = Levels(samples, frames);
        var rises = new ushort[frames];
        var falls = new ushort[frames];
        Span<double> changes = stackalloc double[Bands];
        for (var frame = 0; frame + Lag < frames; frame++)
        {
            var mean = 0.0;
            for (var band = 0; band < Bands; band++)
            {
                changes[band] = levels[frame + Lag, band] - levels[frame, band];
                mean += changes[band] / Bands;
            }

            for (var band = 0; band < Bands; band++)
            {
                var bit = (ushort)(1 << band);
                rises[frame] |= changes[band] - mean >= LeastChange ? bit : (ushort)0;
                falls[frame] |= changes[band] - mean <= -LeastChange ? bit : (ushort)0;
            }
        }

        return new AudioFingerprint(rises, falls, (int)Math.Min(int.MaxValue, _total / Hop));
    }

    /// <summary>[frame, band] in dB over the floor.</summary>
    private static double[,] Levels(float[] samples, int frames)
    {
        var transform = new FourierTransform(FrameLength);
        var real = new float[FrameLength];
        var imaginary = new float[FrameLength];
        var powers = new double[frames, Bands];
        var highest = 0.0;
        for (var frame = 0; frame < frames; frame++)
        {
            for (var i = 0; i < FrameLength; i++)
            {
                real[i] = samples[(frame * Hop) + i] * _window[i];
            }

            Array.Clear(imaginary);
            transform.Forward(real, imaginary);
            for (var band = 0; band < Bands; band++)
            {
                var power = 0.0;
                for (var k = _edges[band]; k < _edges[band + 1]; k++)
                {
                    power += ((double)real[k] * real[k]) + ((double)imaginary[k] * imaginary[k]);
                }

                powers[frame, band] = power / (_edges[band + 1] - _edges[band]);
                highest = Math.Max(highest, powers[frame, band]);
            }
        }

        var floor = Math.Max(double.Epsilon, highest * Math.Pow(10, -Range / 10));
        for (var frame = 0; frame < frames; frame++)
        {
            for (var band = 0; band < Bands; band++)
            {
                powers[frame, band] = 10 * Math.Log10(Math.Max(powers[frame, band], floor) / floor);
            }
        }

        return powers;
    }

    /// <summary>Of bands that are equally wide on the mel scale.</summary>
    private static int[] Edges()
    {
        static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));
        var (low, high) = (Mel(LowestFrequency), Mel(HighestFrequency));
        return
        [
            .. Enumerable.Range(0, Bands + 1).Select(i => (int)Math.Round(
                700 * (Math.Pow(10, (low + ((high - low) * i / Bands)) / 2595) - 1) * FrameLength / SampleRate)),
        ];
    }

    private static float[] Window() =>
        [.. Enumerable.Range(0, FrameLength).Select(i => (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / FrameLength))))];
}
