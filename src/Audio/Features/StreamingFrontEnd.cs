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
    private const int ChunkFrames = 32;

    private readonly SimdMfccExtractor _extractor;
    private readonly KaldiFraming? _kaldi;

    /// <summary>The sample before the next frame, for its pre-emphasis, and what there is of the frames.</summary>
    private readonly float[] _chunk;

    /// <summary>Samples in the chunk that belong to frames to come: less than a frame between two blocks.</summary>
    private int _held;

    /// <exception cref="AudioException">The specification has a value out of its range.</exception>
    public StreamingFrontEnd(FrontEndSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        specification.Validate();
        Specification = specification;
        _kaldi = specification.KaldiFrames ? new KaldiFraming(specification, ChunkFrames) : null;
        _extractor = new SimdMfccExtractor(new MfccOptions
        {
            SamplingRate = specification.SampleRate,
            FrameSize = specification.FrameLength,
            HopSize = _kaldi is null ? specification.HopLength : specification.FrameLength,
            FftSize = specification.FftSize,
            FilterBankSize = specification.MelBands,
            FeatureCount = specification.Cepstra,
            LowFrequency = specification.LowFrequency,
            HighFrequency = specification.HighFrequency,
            PreEmphasis = _kaldi is null ? specification.PreEmphasis : 0,
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
        _chunk = new float[1 + specification.FrameLength + ((ChunkFrames - 1) * specification.HopLength)];
    }

    public FrontEndSpecification Specification { get; }

    /// <summary>Frames that so many samples more will complete.</summary>
    public int CountFrames(int samples) => Specification.CountFrames((long)_held + samples);

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
            var taken = Math.Min(samples.Length, _chunk.Length - 1 - _held);
            samples[..taken].CopyTo(_chunk.AsSpan(1 + _held));
            samples = samples[taken..];
            _held += taken;
            frames = frames[(ComputeHeld(frames) * Specification.Cepstra)..];
        }

        return count;
    }

    /// <summary>The next sample is the first of another sound.</summary>
    public void Reset()
    {
        _held = 0;
        _chunk[0] = 0;
    }

    /// <summary>The whole frames of the chunk, which keeps what the next one needs.</summary>
    private int ComputeHeld(Span<float> frames)
    {
        var count = Specification.CountFrames(_held);
        if (count == 0)
        {
            return 0;
        }

        if (_kaldi is null)
        {
            _extractor.ComputeFrom(_chunk.AsSpan(1, _held), _chunk[0], frames);
        }
        else
        {
            _extractor.ComputeFrom(_kaldi.Prepare(_chunk.AsSpan(1, _held), count), 0, frames);
        }

        var used = count * Specification.HopLength;
        _held -= used;
        _chunk.AsSpan(used, 1 + _held).CopyTo(_chunk);
        return count;
    }
}
