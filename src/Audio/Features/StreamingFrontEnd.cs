using NWaves.FeatureExtractors.Options;
using NWaves.Windows;
using Speaker.Audio.Features.Mfcc;

namespace Speaker.Audio.Features;

/// <summary>
/// Samples to mel-frequency cepstral coefficients while they arrive: blocks of any length in, the frames that they
/// complete out, the same bits however the sound is cut. A frame is handed out with its last sample; what is left at
/// the end of the sound, less than a frame, is no frame. Not thread safe; nothing is allocated after construction.
/// </summary>
internal sealed class StreamingFrontEnd
{
    /// <summary>Frames worked on at a time: what the extractor sees of a long block is this much of it.</summary>
    private const int ChunkFrames = 128;

    private readonly SimdMfccExtractor extractor;
    private readonly KaldiFraming? kaldi;
    private readonly float[][] vectors;

    /// <summary>The sample before the next frame, for its pre-emphasis, and what there is of the frames.</summary>
    private readonly float[] chunk;

    /// <summary>Samples in the chunk that belong to frames to come: less than a frame between two blocks.</summary>
    private int held;

    /// <exception cref="AudioException">The specification has a value out of its range.</exception>
    public StreamingFrontEnd(FrontEndSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        specification.Validate();
        Specification = specification;
        kaldi = specification.KaldiFrames ? new KaldiFraming(specification, ChunkFrames) : null;
        extractor = new SimdMfccExtractor(new MfccOptions
        {
            SamplingRate = specification.SampleRate,
            FrameSize = specification.FrameLength,
            HopSize = kaldi is null ? specification.HopLength : specification.FrameLength,
            FftSize = specification.FftSize,
            FilterBankSize = specification.MelBands,
            FeatureCount = specification.Cepstra,
            LowFrequency = specification.LowFrequency,
            HighFrequency = specification.HighFrequency,
            PreEmphasis = kaldi is null ? specification.PreEmphasis : 0,
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
        chunk = new float[1 + specification.FrameLength + ((ChunkFrames - 1) * specification.HopLength)];
        vectors = new float[ChunkFrames][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = new float[specification.Cepstra];
        }
    }

    public FrontEndSpecification Specification { get; }

    /// <summary>Frames that so many samples more will complete.</summary>
    public int CountFrames(int samples)
    {
        var missing = Specification.FrameLength - held;
        return samples < missing ? 0 : 1 + ((samples - missing) / Specification.HopLength);
    }

    /// <summary>Takes the next samples of the sound and hands out the frames that they complete.</summary>
    /// <param name="samples">Mono at the specification's rate, full scale 1; any number of them.</param>
    /// <param name="frames">
    /// Receives the raw coefficients, frame after frame, <see cref="FrontEndSpecification.Cepstra"/> values each.
    /// </param>
    /// <returns>How many frames: <see cref="CountFrames"/> of the samples' number, called before.</returns>
    /// <exception cref="ArgumentException">The frames do not fit; no sample has been taken.</exception>
    public int Push(ReadOnlySpan<float> samples, Span<float> frames)
    {
        var count = CountFrames(samples.Length);
        if (frames.Length / Specification.Cepstra < count)
        {
            throw new ArgumentException(
                $"There is room for {frames.Length} values; {count} frames of {Specification.Cepstra} must fit.",
                nameof(frames));
        }

        while (!samples.IsEmpty)
        {
            var taken = Math.Min(samples.Length, chunk.Length - 1 - held);
            samples[..taken].CopyTo(chunk.AsSpan(1 + held));
            samples = samples[taken..];
            held += taken;
            frames = frames[(ComputeHeld(frames) * Specification.Cepstra)..];
        }

        return count;
    }

    /// <summary>The next sample is the first of another sound.</summary>
    public void Reset()
    {
        held = 0;
        chunk[0] = 0;
    }

    /// <summary>The whole frames of the chunk, which keeps what the next one needs.</summary>
    private int ComputeHeld(Span<float> frames)
    {
        if (held < Specification.FrameLength)
        {
            return 0;
        }

        var count = 1 + ((held - Specification.FrameLength) / Specification.HopLength);
        if (kaldi is null)
        {
            extractor.ComputeFrom(chunk, 1, 1 + held, vectors);
        }
        else
        {
            kaldi.Prepare(chunk.AsSpan(1, held), count);
            extractor.ComputeFrom(kaldi.Frames, 0, count * Specification.FrameLength, vectors);
        }

        for (var i = 0; i < count; i++)
        {
            vectors[i].CopyTo(frames[(i * Specification.Cepstra)..]);
        }

        var used = count * Specification.HopLength;
        held -= used;
        chunk.AsSpan(used, 1 + held).CopyTo(chunk);
        return count;
    }
}
