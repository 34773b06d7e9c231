using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using NWaves.FeatureExtractors.Base;
using NWaves.FeatureExtractors.Options;
using NWaves.Filters.Fda;
using NWaves.Utils;
using NWaves.Windows;
using Speaker.Audio.Numerics;

namespace Speaker.Audio.Features.Mfcc;

/// <summary>
/// Mel-frequency cepstral coefficients (Davis and Mermelstein, "Comparison of parametric representations for
/// monosyllabic word recognition in continuously spoken sentences", 1980) by NWaves' options, filter banks and windows,
/// with the numbers of NWaves' own extractor to 1e-4. Frames are worked on side by side, one in each lane of the
/// machine's vectors; no lane meets another and every step is the same operations in the same order, so the
/// coefficients are the same bits with any vector instructions and with none. Nothing is allocated after construction.
/// </summary>
/// <remarks>
/// Not thread safe: one instance, one thread; <see cref="ParallelCopy"/> makes another. Without state between calls.
/// As in NWaves: pre-emphasis of 0 or less is none; so is a lifter of 0 or less; a high frequency that is not above the
/// low one is half the sampling rate; a transform that does not hold a frame is replaced by the next power of two that
/// does. A floor of 0 or less is none: of a silent frame the logarithm is negative infinity then.
/// </remarks>
internal sealed class SimdMfccExtractor : FeatureExtractor
{
    private readonly MfccOptions _options;
    private readonly int _halfFft;
    private readonly float[] _weights;
    private readonly int _stride;
    private readonly float[] _emphasised;
    private readonly LanePowerSpectrum _spectrum;
    private readonly LaneFilterBank _filters;
    private readonly LaneCosineTransform _transform;
    private readonly AlignedBuffer _bands;
    private readonly AlignedBuffer _cepstra;

    /// <param name="options">Copied: changes to it later change nothing here.</param>
    /// <exception cref="ArgumentException">An option out of its range; the message names it and the bound.</exception>
    public SimdMfccExtractor(MfccOptions options)
        : base(MfccOptionsCheck.Checked(options))
    {
        var fftSize = MfccOptionsCheck.FftSize(options, FrameSize, HopSize);
        FeatureCount = options.FeatureCount;
        _options = MfccOptionsCheck.Copy(options);
        _options.FilterBank ??= FilterBanks.Triangular(
            fftSize,
            options.SamplingRate,
            FilterBanks.MelBands(
                options.FilterBankSize, options.SamplingRate, options.LowFrequency, options.HighFrequency),
            mapper: Scale.HerzToMel);
        _blockSize = fftSize;
        _halfFft = fftSize / 2;
        _weights = _windowSamples ?? Window.Rectangular(FrameSize);
        _stride = Math.Min(HopSize, FrameSize);
        _emphasised = new float[FrameSize + ((Vector<float>.Count - 1) * _stride)];
        _spectrum = new LanePowerSpectrum(fftSize);
        _filters = new LaneFilterBank(_options.FilterBank);
        _bands = new AlignedBuffer((long)_filters.Count * Vector<float>.Count);
        var gains = new double[FeatureCount];
        for (var k = 0; k < FeatureCount; k++)
        {
            var lifter = options.LifterSize;
            gains[k] = lifter > 0 ? 1 + (lifter / 2.0 * Math.Sin(Math.PI * k / lifter)) : 1;
        }

        _transform = new LaneCosineTransform(
            options.DctType[0] - '0', options.DctType.Length == 2, _filters.Count, gains);
        _cepstra = new AlignedBuffer((long)_transform.OutputLength * Vector<float>.Count);
    }

    /// <summary>mfcc0, mfcc1, …; log_En in the place of the first where the frame's energy is.</summary>
    public override List<string> FeatureDescriptions
    {
        get
        {
            var names = new List<string>(FeatureCount);
            for (var k = 0; k < FeatureCount; k++)
            {
                names.Add(k == 0 && _options.IncludeEnergy
                    ? "log_En"
                    : string.Create(CultureInfo.InvariantCulture, $"mfcc{k}"));
            }

            return names;
        }
    }

    /// <summary>Whole frames in so many samples.</summary>
    public int CountFrames(int samples) => samples < FrameSize ? 0 : 1 + ((samples - FrameSize) / HopSize);

    /// <summary>Coefficients of every whole frame.</summary>
    /// <param name="samples">Any number of samples at the options' rate.</param>
    /// <param name="before">The sample before the first, for its pre-emphasis; 0 where the sound begins.</param>
    /// <param name="features">
    /// Receives the coefficients, frame after frame, FeatureCount values each: those of
    /// <see cref="CountFrames"/> frames must fit.
    /// </param>
    /// <returns>How many frames.</returns>
    /// <exception cref="ArgumentException">The frames do not fit.</exception>
    public int ComputeFrom(ReadOnlySpan<float> samples, float before, Span<float> features)
    {
        var frames = CountFrames(samples.Length);
        if (features.Length / FeatureCount < frames)
        {
            throw new ArgumentException(
                $"There is room for {features.Length} values; {frames} frames of {FeatureCount} must fit.",
                nameof(features));
        }

        for (var first = 0; first < frames; first += Vector<float>.Count)
        {
            var together = Math.Min(Vector<float>.Count, frames - first);
            ComputeTogether(samples, before, first, together);
            for (var lane = 0; lane < together; lane++)
            {
                Store(lane, features.Slice((first + lane) * FeatureCount, FeatureCount));
            }
        }

        // The kernels' pointers are to memory that the fields own.
        GC.KeepAlive(this);
        return frames;
    }

    /// <summary>Coefficients of every whole frame between two samples into vectors that are there already.</summary>
    /// <param name="samples">Samples at the options' rate.</param>
    /// <param name="startSample">The first sample; the one before it, if any, is in its pre-emphasis.</param>
    /// <param name="endSample">After the last sample.</param>
    /// <param name="vectors">As many vectors as there are frames or more, of FeatureCount values or more.</param>
    /// <returns>How many frames.</returns>
    /// <exception cref="ArgumentException">
    /// The range is not inside the samples, or there are too few vectors or too short ones.
    /// </exception>
    public override int ComputeFrom(float[] samples, int startSample, int endSample, IList<float[]> vectors)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentOutOfRangeException.ThrowIfNegative(startSample);
        ArgumentOutOfRangeException.ThrowIfLessThan(endSample, startSample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(endSample, samples.Length);
        var frames = CountFrames(endSample - startSample);
        if (vectors.Count < frames)
        {
            throw new ArgumentException(
                $"There are {vectors.Count} vectors; there must be one for each of {frames} frames.", nameof(vectors));
        }

        var part = samples.AsSpan(startSample..endSample);
        var before = startSample > 0 ? samples[startSample - 1] : 0;
        for (var first = 0; first < frames; first += Vector<float>.Count)
        {
            var together = Math.Min(Vector<float>.Count, frames - first);
            ComputeTogether(part, before, first, together);
            for (var lane = 0; lane < together; lane++)
            {
                Store(lane, vectors[first + lane]);
            }
        }

        GC.KeepAlive(this);
        return frames;
    }

    /// <summary>Coefficients of one frame that has its pre-emphasis and its window.</summary>
    /// <param name="block">
    /// As many samples as the transform has points, zero behind the frame; what follows is not read.
    /// </param>
    /// <param name="features">Receives FeatureCount values.</param>
    /// <exception cref="ArgumentException">The block or the vector is too short.</exception>
    public override unsafe void ProcessFrame(float[] block, float[] features)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(features);
        if (block.Length < _blockSize)
        {
            throw new ArgumentException(
                $"The block has {block.Length} samples; it must have {_blockSize}, the transform's.", nameof(block));
        }

        for (var i = 0; i < _halfFft; i++)
        {
            _spectrum.EvenSamples[i] = new Vector<float>(block[2 * i]);
            _spectrum.OddSamples[i] = new Vector<float>(block[(2 * i) + 1]);
        }

        ComputeCepstra();
        Store(0, features);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public override bool IsParallelizable() => true;

    /// <inheritdoc/>
    public override FeatureExtractor ParallelCopy() => new SimdMfccExtractor(_options);

    /// <summary>Coefficients of some frames, as many as there are lanes at most, each into its lane.</summary>
    private void ComputeTogether(ReadOnlySpan<float> samples, float before, int first, int frames)
    {
        var start = first * HopSize;
        var previous = start > 0 ? samples[start - 1] : before;
        if (HopSize <= FrameSize)
        {
            var span = FrameSize + ((frames - 1) * HopSize);
            Emphasise(samples.Slice(start, span), previous, _emphasised.AsSpan(0, span));
        }
        else
        {
            for (var lane = 0; lane < frames; lane++, start += HopSize)
            {
                previous = start > 0 ? samples[start - 1] : before;
                Emphasise(samples.Slice(start, FrameSize), previous, _emphasised.AsSpan(lane * FrameSize, FrameSize));
            }
        }

        Load();
        ComputeCepstra();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Emphasise(ReadOnlySpan<float> samples, float previous, Span<float> result)
    {
        if (_preEmphasis <= 0)
        {
            samples.CopyTo(result);
            return;
        }

        fixed (float* source = samples, target = result)
        {
            var length = samples.Length;
            target[0] = source[0] - (_preEmphasis * previous);
            var i = 1;
            for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
            {
                (Vector.Load(source + i) - (Vector.Load(source + i - 1) * _preEmphasis)).Store(target + i);
            }

            for (; i < length; i++)
            {
                target[i] = source[i] - (source[i - 1] * _preEmphasis);
            }
        }
    }

    /// <summary>
    /// The window, and each frame into its lane: even samples to one array, odd samples to the other. Lanes without a
    /// frame take what the last call left there, which nothing reads.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Load()
    {
        var lanes = Vector<float>.Count;
        fixed (float* samples = _emphasised, weights = _weights)
        {
            for (var lane = 0; lane < lanes; lane += Vector128<float>.Count)
            {
                var a = samples + (lane * _stride);
                var b = a + _stride;
                var c = b + _stride;
                var d = c + _stride;
                var even = (float*)_spectrum.EvenSamples + lane;
                var odd = (float*)_spectrum.OddSamples + lane;
                var i = 0;
                for (; i < FrameSize - 1; i += 2, even += lanes, odd += lanes)
                {
                    var weight = Pair(weights + i, weights + i);
                    Unzip(Pair(a + i, b + i) * weight, Pair(c + i, d + i) * weight, even, odd);
                }

                if (i < FrameSize)
                {
                    (Vector128.Create(a[i], b[i], c[i], d[i]) * weights[i]).Store(even);
                    Vector128<float>.Zero.Store(odd);
                }
            }
        }

        for (var i = (FrameSize + 1) / 2; i < _halfFft; i++)
        {
            _spectrum.EvenSamples[i] = Vector<float>.Zero;
            _spectrum.OddSamples[i] = Vector<float>.Zero;
        }
    }

    /// <summary>Two neighbours from one place and two from another, moved as halves of 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector128<float> Pair(float* first, float* second) =>
        Vector128.Create(*(double*)first, *(double*)second).AsSingle();

    /// <summary>The first and third number of each to one place, the others to the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Unzip(Vector128<float> first, Vector128<float> second, float* even, float* odd)
    {
        if (Sse.IsSupported)
        {
            Sse.Shuffle(first, second, 0b10_00_10_00).Store(even);
            Sse.Shuffle(first, second, 0b11_01_11_01).Store(odd);
        }
        else if (AdvSimd.Arm64.IsSupported)
        {
            AdvSimd.Arm64.UnzipEven(first, second).Store(even);
            AdvSimd.Arm64.UnzipOdd(first, second).Store(odd);
        }
        else
        {
            Vector128.Create(first[0], first[2], second[0], second[2]).Store(even);
            Vector128.Create(first[1], first[3], second[1], second[3]).Store(odd);
        }
    }

    private unsafe void ComputeCepstra()
    {
        var energy = _options.IncludeEnergy ? LogEnergy() : Vector<float>.Zero;
        var bands = (Vector<float>*)_bands.Start;
        var cepstra = (Vector<float>*)_cepstra.Start;
        _spectrum.Transform();
        Shape(_spectrum.Power, _halfFft + 1);
        _filters.Apply(_spectrum.Power, bands);
        Compress(bands, _filters.Count);
        _transform.Apply(bands, cepstra);
        if (_options.IncludeEnergy)
        {
            cepstra[0] = energy;
        }
    }

    /// <summary>Of the frames that are loaded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe Vector<float> LogEnergy()
    {
        var sum = Vector<float>.Zero;
        for (var i = 0; i < _halfFft; i++)
        {
            var (even, odd) = (_spectrum.EvenSamples[i], _spectrum.OddSamples[i]);
            sum += (even * even) + (odd * odd);
        }

        return LaneLogarithm.Natural(Floor(sum, new Vector<float>(_options.LogEnergyFloor)));
    }

    /// <summary>From squared magnitudes to what the filters weigh.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Shape(Vector<float>* values, int count)
    {
        if (_options.SpectrumType == SpectrumType.Power)
        {
            return;
        }

        var scale = new Vector<float>(_options.SpectrumType == SpectrumType.Magnitude ? 1 : 1f / _halfFft);
        var power = _options.SpectrumType == SpectrumType.PowerNormalized;
        for (var i = 0; i < count; i++)
        {
            values[i] = scale * (power ? values[i] : Vector.SquareRoot(values[i]));
        }
    }

    private unsafe void Compress(Vector<float>* values, int count)
    {
        switch (_options.NonLinearity)
        {
            case NonLinearityType.LogE:
                TakeLogarithms(values, count, 1);
                break;
            case NonLinearityType.Log10:
                TakeLogarithms(values, count, 1 / Math.Log(10));
                break;
            case NonLinearityType.ToDecibel:
                TakeLogarithms(values, count, 10 / Math.Log(10));
                break;
            case NonLinearityType.CubicRoot:
                TakeRoots(values, count);
                break;
        }
    }

    /// <summary>The power of 0.33, which is NWaves' cubic root.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void TakeRoots(Vector<float>* values, int count)
    {
        const int Most = 16;
        var block = stackalloc float[Most];
        for (var i = 0; i < count; i++)
        {
            (LaneLogarithm.Natural(values[i]) * 0.33f).Store(block);
            for (var lane = 0; lane < Vector<float>.Count; lane += Vector256<float>.Count)
            {
                LaneFunctions.Exp(Vector256.Load(block + lane)).Store(block + lane);
            }

            values[i] = Vector.Load(block);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void TakeLogarithms(Vector<float>* values, int count, double scale)
    {
        var floor = new Vector<float>(_options.LogFloor);
        var factor = new Vector<float>((float)scale);
        for (var i = 0; i < count; i++)
        {
            values[i] = LaneLogarithm.Natural(Floor(values[i], floor)) * factor;
        }
    }

    /// <summary>The larger of the two; NaN where a value is, in which maxima differ from machine to machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Floor(Vector<float> values, Vector<float> floor) =>
        Vector.ConditionalSelect(Vector.LessThan(values, floor), floor, values);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Store(int lane, Span<float> vector)
    {
        if (vector.Length < FeatureCount)
        {
            throw new ArgumentException(
                $"The vector has {vector.Length} values; the {FeatureCount} of a frame must fit.", nameof(vector));
        }

        var values = _cepstra.Start + lane;
        for (var k = 0; k < FeatureCount; k++)
        {
            vector[k] = values[k * Vector<float>.Count];
        }
    }
}
