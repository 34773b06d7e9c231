using System.Numerics.Tensors;
using NWaves.FeatureExtractors;
using NWaves.FeatureExtractors.Options;
using NWaves.Windows;

namespace Speaker.Audio;

/// <summary>
/// Samples to mel-frequency cepstral coefficients, as the specification and its conventions say. Not thread safe: one
/// a thread, its buffers reused from call to call; only the features that are returned are allocated.
/// </summary>
public sealed class FrontEnd
{
    /// <summary>Frames worked on at a time: what the extractor sees of a long sound is this much of it.</summary>
    private const int ChunkFrames = 128;

    private readonly MfccExtractor extractor;
    private readonly float[] chunk;
    private readonly float[][] vectors;

    /// <exception cref="AudioException">The specification has a value out of its range.</exception>
    public FrontEnd(FrontEndSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        specification.Validate();
        Specification = specification;
        extractor = new MfccExtractor(new MfccOptions
        {
            SamplingRate = specification.SampleRate,
            FrameSize = specification.FrameLength,
            HopSize = specification.HopLength,
            FftSize = specification.FftSize,
            FilterBankSize = specification.MelBands,
            FeatureCount = specification.Cepstra,
            LowFrequency = specification.LowFrequency,
            HighFrequency = specification.HighFrequency,
            PreEmphasis = specification.PreEmphasis,
            Window = specification.Window switch
            {
                "hamming" => WindowType.Hamming,
                "hann" => WindowType.Hann,
                "blackman" => WindowType.Blackman,
                _ => WindowType.Rectangular,
            },
            LifterSize = specification.LifterSize,
            NonLinearity = NonLinearityType.LogE,
            SpectrumType = SpectrumType.Power,
            LogFloor = (float)specification.LogFloor,
        });

        // One sample more than the frames take, for the pre-emphasis of the first.
        chunk = new float[1 + specification.FrameLength + ((ChunkFrames - 1) * specification.HopLength)];
        vectors = new float[ChunkFrames][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = new float[specification.Cepstra];
        }
    }

    public FrontEndSpecification Specification { get; }

    /// <summary>Frames in so many samples: whole ones only, 0 where there are fewer samples than a frame has.</summary>
    public int CountFrames(int samples) => samples < Specification.FrameLength
        ? 0
        : 1 + ((samples - Specification.FrameLength) / Specification.HopLength);

    /// <summary>Raw coefficients of every frame: no normalisation, no speech detection.</summary>
    /// <param name="samples">Mono at the specification's rate, full scale 1.</param>
    public FeatureMatrix Compute(ReadOnlySpan<float> samples) => Compute(samples, [], CountFrames(samples.Length), 1);

    /// <summary>
    /// Raw coefficients of the frames that are to be kept, <paramref name="kept"/> of them; an empty
    /// <paramref name="keep"/> keeps all. The samples are multiplied by the gain first.
    /// </summary>
    internal FeatureMatrix Compute(ReadOnlySpan<float> samples, ReadOnlySpan<bool> keep, int kept, float gain)
    {
        var hop = Specification.HopLength;
        var frames = CountFrames(samples.Length);
        var features = new FeatureMatrix(kept, Specification.Cepstra);
        var row = 0;
        for (var first = 0; first < frames; first += ChunkFrames)
        {
            var together = Math.Min(ChunkFrames, frames - first);
            var start = first * hop;
            var length = Specification.FrameLength + ((together - 1) * hop);
            chunk[0] = start > 0 ? gain * samples[start - 1] : 0;
            TensorPrimitives.Multiply(samples.Slice(start, length), gain, chunk.AsSpan(1));
            extractor.ComputeFrom(chunk, 1, 1 + length, vectors);
            for (var i = 0; i < together; i++)
            {
                if (keep.IsEmpty || keep[first + i])
                {
                    vectors[i].CopyTo(features.Row(row++));
                }
            }
        }

        return features;
    }

    /// <summary>
    /// Takes the mean, or the mean and the standard deviation, of each coefficient over the utterance out of it, in
    /// place. A coefficient that does not vary stays at zero.
    /// </summary>
    public static void Normalise(FeatureMatrix features, FeatureNormalisation normalisation)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (normalisation == FeatureNormalisation.None || features.Frames == 0)
        {
            return;
        }

        Span<double> sums = features.Coefficients <= 256
            ? stackalloc double[features.Coefficients]
            : new double[features.Coefficients];
        sums.Clear();
        for (var frame = 0; frame < features.Frames; frame++)
        {
            var row = features.Row(frame);
            for (var i = 0; i < row.Length; i++)
            {
                sums[i] += row[i];
            }
        }

        for (var frame = 0; frame < features.Frames; frame++)
        {
            var row = features.Row(frame);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = (float)(row[i] - (sums[i] / features.Frames));
            }
        }

        if (normalisation == FeatureNormalisation.MeanAndVariance)
        {
            ScaleToUnitVariance(features, sums);
        }
    }

    private static void ScaleToUnitVariance(FeatureMatrix features, Span<double> squares)
    {
        squares.Clear();
        for (var frame = 0; frame < features.Frames; frame++)
        {
            var row = features.Row(frame);
            for (var i = 0; i < row.Length; i++)
            {
                squares[i] += (double)row[i] * row[i];
            }
        }

        for (var frame = 0; frame < features.Frames; frame++)
        {
            var row = features.Row(frame);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = (float)(row[i] / Math.Sqrt(Math.Max(squares[i] / features.Frames, 1e-10)));
            }
        }
    }
}
