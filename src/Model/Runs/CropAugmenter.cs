using System.Numerics.Tensors;
using Speaker.Audio.Features;
using Speaker.Numerics;

namespace Speaker.Training.Runs;

/// <summary>
/// Changes a crop in the log-mel domain, where it costs next to nothing: a vocal tract of another length, a steady
/// noise floor, a lost band, lost frames; and in the cepstral domain: no harmonics of the pitch.
/// </summary>
/// <remarks>Not thread safe: work arrays are reused. One instance, one thread.</remarks>
internal sealed class CropAugmenter(CropOptions options, FrontEndSpecification frontEnd)
{
    private readonly MelDomain _domain = new(frontEnd.Cepstra, frontEnd.MelBands);
    private readonly MelWarp _warp = new(frontEnd);
    private float[] _mel = [];
    private float[] _floor = [];

    /// <summary>
    /// In place on raw cepstra; leaves every channel with mean 0 where a mask must mean "nothing there".
    /// </summary>
    public void Apply(FeatureMatrix crop, SplitRandom random)
    {
        var withWarp = random.Chance(options.WarpProbability);
        var withFloor = random.Chance(options.NoiseFloorProbability);
        var withBand = random.Chance(options.BandMaskProbability);
        var withTime = random.Chance(options.TimeMaskProbability);
        if (withWarp || withFloor || withBand || withTime)
        {
            ChangeMel(crop, withWarp, withFloor, withBand, withTime, random);
        }

        if (random.Chance(options.QuefrencyMaskProbability) && crop.Coefficients > options.LowestKeptCepstra)
        {
            var kept = options.LowestKeptCepstra + random.Next(crop.Coefficients - options.LowestKeptCepstra);
            for (var i = 0; i < crop.Frames; i++)
            {
                crop.Row(i)[kept..].Clear();
            }
        }
    }

    private void ChangeMel(
        FeatureMatrix crop, bool withWarp, bool withFloor, bool withBand, bool withTime, SplitRandom random)
    {
        var bands = _domain.Bands;
        var size = crop.Frames * bands;
        if (_mel.Length < size)
        {
            _mel = new float[size];
            _floor = new float[size];
        }

        var mel = _mel.AsSpan(0, size);
        _domain.ToMel(crop.Values, mel);
        if (withWarp)
        {
            _warp.Apply(mel, random.Uniform(options.WarpFactor.Low, options.WarpFactor.High));
        }

        if (withFloor)
        {
            AddFloor(mel, bands, random);
        }

        if (withBand || withTime)
        {
            RemoveMeans(mel, bands);
        }

        if (withBand)
        {
            var width = 1 + random.Next(Math.Min(options.WidestBandMask, bands - 1));
            var first = random.Next(bands - width + 1);
            for (var row = 0; row < size; row += bands)
            {
                mel.Slice(row + first, width).Clear();
            }
        }

        if (withTime)
        {
            var width = 1 + random.Next(Math.Max(1, crop.Frames / 8));
            mel.Slice(random.Next(crop.Frames - width + 1) * bands, width * bands).Clear();
        }

        _domain.ToCepstra(mel, crop.Values);
    }

    /// <summary>
    /// log(e^x + e^floor): noise 3 to 9 nepers of power below the peaks, with a smooth random spectrum.
    /// </summary>
    private void AddFloor(Span<float> mel, int bands, SplitRandom random)
    {
        var level = MeanPeak(mel, bands) - (float)random.Uniform(3, 9);
        Span<float> points = stackalloc float[2 + random.Next(4)];
        foreach (ref var point in points)
        {
            // Up to 6 dB either side: 0.23 nepers of power a decibel.
            point = (float)random.Uniform(-6, 6) * 0.2303f;
        }

        Span<float> profile = stackalloc float[bands];
        for (var j = 0; j < bands; j++)
        {
            var place = (float)j / (bands - 1) * (points.Length - 1);
            var below = Math.Min((int)place, points.Length - 2);
            profile[j] = level + points[below] + ((place - below) * (points[below + 1] - points[below]));
        }

        // log(e^x + e^f) = max + log(1 + e^-|x - f|)
        var floor = _floor.AsSpan(0, mel.Length);
        for (var i = 0; i < mel.Length; i += 2)
        {
            var (first, second) = random.NextGaussians();
            floor[i] = profile[i % bands] + (0.3f * first);
            if (i + 1 < mel.Length)
            {
                floor[i + 1] = profile[(i + 1) % bands] + (0.3f * second);
            }
        }

        for (var i = 0; i < mel.Length; i++)
        {
            (mel[i], floor[i]) = (Math.Max(mel[i], floor[i]), -Math.Abs(mel[i] - floor[i]));
        }

        TensorPrimitives.Exp(floor, floor);
        TensorPrimitives.Add(floor, 1f, floor);
        TensorPrimitives.Log(floor, floor);
        TensorPrimitives.Add(mel, floor, mel);
    }

    private static float MeanPeak(ReadOnlySpan<float> mel, int bands)
    {
        Span<float> peaks = stackalloc float[bands];
        peaks.Fill(float.NegativeInfinity);
        for (var row = 0; row < mel.Length; row += bands)
        {
            TensorPrimitives.Max(peaks, mel.Slice(row, bands), peaks);
        }

        return TensorPrimitives.Sum<float>(peaks) / bands;
    }

    private static void RemoveMeans(Span<float> mel, int bands)
    {
        Span<float> means = stackalloc float[bands];
        means.Clear();
        for (var row = 0; row < mel.Length; row += bands)
        {
            TensorPrimitives.Add(means, mel.Slice(row, bands), means);
        }

        TensorPrimitives.Multiply(means, (float)bands / mel.Length, means);
        for (var row = 0; row < mel.Length; row += bands)
        {
            var line = mel.Slice(row, bands);
            TensorPrimitives.Subtract(line, means, line);
        }
    }
}
