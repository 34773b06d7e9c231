using System.Numerics;
using System.Runtime.CompilerServices;
using NWaves.FeatureExtractors.Options;
using NWaves.Windows;

namespace Speaker.Audio.Features.Mfcc;

/// <summary>
/// Mel-frequency cepstral coefficients, with the numbers of NWaves 0.9.6 to 1e-4. Frames are worked on side by side,
/// one in each lane of the machine's vectors, and nothing is allocated after construction. Not thread safe.
/// </summary>
internal sealed class MfccExtractor
{
    private readonly int _halfFft;
    private readonly float _preEmphasis;
    private readonly SpectrumType _spectrumType;
    private readonly NonLinearityType _nonLinearity;
    private readonly float _logFloor;
    private readonly bool _includeEnergy;
    private readonly float _logEnergyFloor;
    private readonly float[] _window;
    private readonly float[] _emphasised;
    private readonly LanePowerSpectrum _spectrum;
    private readonly FilterBank _filters;
    private readonly LaneDct _dct;
    private readonly LaneBuffer _bands;
    private readonly LaneBuffer _cepstra;

    /// <exception cref="ArgumentException">An option out of its range; the message names it.</exception>
    public MfccExtractor(MfccOptions options)
    {
        Checked(options);
        FeatureCount = options.FeatureCount;
        FrameSize = options.FrameSize > 0 ? options.FrameSize : (int)Math.Round(options.SamplingRate * options.FrameDuration);
        HopSize = options.HopSize > 0 ? options.HopSize : (int)Math.Round(options.SamplingRate * options.HopDuration);
        var fftSize = FftSize(options);
        var high = options.HighFrequency > 0 ? options.HighFrequency : options.SamplingRate / 2.0;
        _preEmphasis = (float)options.PreEmphasis;
        _spectrumType = options.SpectrumType;
        _nonLinearity = options.NonLinearity;
        _logFloor = options.LogFloor;
        _includeEnergy = options.IncludeEnergy;
        _logEnergyFloor = options.LogEnergyFloor;
        _halfFft = fftSize / 2;
        _window = Samples(options.Window, FrameSize);
        _emphasised = new float[FrameSize + ((Vector<float>.Count - 1) * HopSize)];
        _spectrum = new LanePowerSpectrum(fftSize);
        _filters = options.FilterBank is { } rows
            ? FilterBank.Of(rows)
            : FilterBank.Mel(options.FilterBankSize, fftSize, options.SamplingRate, options.LowFrequency, high);
        _bands = new LaneBuffer(_filters.Count);
        var gain = new double[FeatureCount];
        for (var k = 0; k < FeatureCount; k++)
        {
            var lifter = options.LifterSize;
            gain[k] = lifter > 0 ? 1 + (lifter / 2.0 * Math.Sin(Math.PI * k / lifter)) : 1;
        }

        _dct = new LaneDct(options.DctType, _filters.Count, FeatureCount, gain);
        _cepstra = new LaneBuffer(_dct.OutputLength);
    }

    public int FeatureCount { get; }

    public int FrameSize { get; }

    public int HopSize { get; }

    /// <summary>Computes the frames of a range of samples into vectors.</summary>
    public int ComputeFrom(float[] samples, int startSample, int endSample, IList<float[]> vectors)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentOutOfRangeException.ThrowIfNegative(startSample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(endSample, samples.Length);
        var frames = endSample - startSample < FrameSize ? 0 : 1 + ((endSample - startSample - FrameSize) / HopSize);
        for (var first = 0; first < frames; first += Vector<float>.Count)
        {
            var together = Math.Min(Vector<float>.Count, frames - first);
            Load(samples, startSample + (first * HopSize), together);
            ComputeCepstra();
            Store(vectors, first, together);
        }

        return frames;
    }

    private static int FftSize(MfccOptions options)
    {
        var frame = options.FrameSize > 0 ? options.FrameSize : (int)(options.FrameDuration * options.SamplingRate);
        var size = options.FilterBank is { } rows ? 2 * (rows[0].Length - 1)
            : options.FftSize >= frame ? options.FftSize
            : (int)BitOperations.RoundUpToPowerOf2((uint)frame);
        Require(
            size >= frame && size >= 4 && BitOperations.IsPow2(size),
            $"the transform would have {size} points; it must be a power of two that holds a frame, {frame} samples.");
        return size;
    }

    private static MfccOptions Checked(MfccOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(options.SamplingRate > 0, $"SamplingRate is {options.SamplingRate}; it must be positive.");
        Require(
            options.FrameSize > 0 || options.FrameDuration > 0,
            $"FrameSize is {options.FrameSize} and FrameDuration {options.FrameDuration}; one must be positive.");
        Require(
            options.HopSize > 0 || options.HopDuration > 0,
            $"HopSize is {options.HopSize} and HopDuration {options.HopDuration}; one must be positive.");
        var size = options.FilterBank?.Length ?? options.FilterBankSize;
        Require(size > 0, $"FilterBankSize is {size}; it must be positive.");
        Require(
            options.FeatureCount > 0 && options.FeatureCount <= size,
            $"FeatureCount is {options.FeatureCount}; it must be from 1 to the filter bank's size, {size}.");
        Require(
            options.FilterBank is null || options.FilterBank.All(row => row.Length == options.FilterBank[0].Length),
            "FilterBank has rows of different lengths.");
        var high = options.HighFrequency > 0 ? options.HighFrequency : options.SamplingRate / 2.0;
        Require(
            options.LowFrequency >= 0 && options.LowFrequency < high && high <= options.SamplingRate / 2.0,
            $"The filters would lie between {options.LowFrequency} and {high} Hz; they must lie, in that order, "
            + $"between 0 and half of SamplingRate, {options.SamplingRate / 2.0}.");
        Require(options.LogFloor > 0, $"LogFloor is {options.LogFloor}; it must be positive.");
        Require(options.LifterSize >= 0, $"LifterSize is {options.LifterSize}; it must not be negative.");
        return options;
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException("Invalid configuration: " + message);
        }
    }

    private static float[] Samples(WindowType type, int length)
    {
        var samples = new float[length];
        for (var i = 0; i < length; i++)
        {
            var turn = 2 * Math.PI * i / Math.Max(1, length - 1);
            samples[i] = (float)(type switch
            {
                WindowType.Rectangular => 1,
                WindowType.Triangular => 1 - (Math.Abs(i - ((length - 1) / 2.0)) / (length / 2.0)),
                WindowType.Hamming => 0.54 - (0.46 * Math.Cos(turn)),
                WindowType.Hann => 0.5 - (0.5 * Math.Cos(turn)),
                WindowType.Blackman => 0.42 - (0.5 * Math.Cos(turn)) + (0.08 * Math.Cos(2 * turn)),
                _ => throw new ArgumentException($"Invalid configuration: no window {type}."),
            });
        }

        return samples;
    }

    /// <summary>Pre-emphasis and window, with each frame in its lane; lanes without a frame are silent.</summary>
    [MethodImpl(Kernel.Compiled)]
    private unsafe void Load(float[] samples, int start, int frames)
    {
        var span = FrameSize + ((frames - 1) * HopSize);
        Emphasise(samples, start, _emphasised.AsSpan(0, span));
        var lanes = Vector<float>.Count;
        var even = _spectrum.EvenSamples;
        var odd = _spectrum.OddSamples;
        for (var lane = 0; lane < lanes; lane++)
        {
            var pairs = 0;
            if (lane < frames)
            {
                var frame = _emphasised.AsSpan(lane * HopSize, FrameSize);
                var weights = _window.AsSpan(0, FrameSize);
                for (; (2 * pairs) + 1 < frame.Length; pairs++)
                {
                    even[(pairs * lanes) + lane] = frame[2 * pairs] * weights[2 * pairs];
                    odd[(pairs * lanes) + lane] = frame[(2 * pairs) + 1] * weights[(2 * pairs) + 1];
                }

                if (2 * pairs < frame.Length)
                {
                    even[(pairs * lanes) + lane] = frame[2 * pairs] * weights[2 * pairs];
                    odd[(pairs * lanes) + lane] = 0;
                    pairs++;
                }
            }

            for (; pairs < _halfFft; pairs++)
            {
                even[(pairs * lanes) + lane] = 0;
                odd[(pairs * lanes) + lane] = 0;
            }
        }
    }

    [MethodImpl(Kernel.Compiled)]
    private void Emphasise(float[] samples, int start, Span<float> result)
    {
        var source = samples.AsSpan(start, result.Length);
        if (_preEmphasis == 0)
        {
            source.CopyTo(result);
            return;
        }

        result[0] = source[0] - (_preEmphasis * (start > 0 ? samples[start - 1] : 0));
        var previous = source[..^1];
        var current = source[1..];
        var target = result[1..];
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = new Vector<float>(current[i..]) - (new Vector<float>(previous[i..]) * _preEmphasis);
            value.CopyTo(target[i..]);
        }

        for (; i < target.Length; i++)
        {
            target[i] = current[i] - (previous[i] * _preEmphasis);
        }
    }

    private unsafe void ComputeCepstra()
    {
        var energy = _includeEnergy ? LogEnergy() : Vector<float>.Zero;
        _spectrum.Transform();
        Shape(_spectrum.Power, _halfFft + 1);
        _filters.Apply(_spectrum.Power, _bands.Pointer);
        Compress(_bands.Pointer, _filters.Count);
        _dct.Apply(_bands.Pointer, _cepstra.Pointer);
        if (_includeEnergy)
        {
            _cepstra.Pointer[0] = energy;
        }
    }

    /// <summary>Of the frames that are loaded.</summary>
    private unsafe Vector<float> LogEnergy()
    {
        var even = (Vector<float>*)_spectrum.EvenSamples;
        var odd = (Vector<float>*)_spectrum.OddSamples;
        var sum = Vector<float>.Zero;
        for (var i = 0; i < _halfFft; i++)
        {
            sum += (even[i] * even[i]) + (odd[i] * odd[i]);
        }

        return LaneLogarithm.Natural(Vector.Max(sum, new Vector<float>(_logEnergyFloor)));
    }

    /// <summary>From squared magnitudes to what the filters weigh.</summary>
    private unsafe void Shape(Vector<float>* values, int count)
    {
        if (_spectrumType == SpectrumType.Power)
        {
            return;
        }

        var scale = new Vector<float>(_spectrumType == SpectrumType.Magnitude ? 1 : 1f / _halfFft);
        for (var i = 0; i < count; i++)
        {
            values[i] = scale
                * (_spectrumType == SpectrumType.PowerNormalized ? values[i] : Vector.SquareRoot(values[i]));
        }
    }

    [MethodImpl(Kernel.Compiled)]
    private unsafe void Compress(Vector<float>* values, int count)
    {
        var floor = new Vector<float>(_logFloor);
        switch (_nonLinearity)
        {
            case NonLinearityType.LogE:
            case NonLinearityType.Log10:
            case NonLinearityType.ToDecibel:
                var scale = new Vector<float>((float)(_nonLinearity switch
                {
                    NonLinearityType.Log10 => 1 / Math.Log(10),
                    NonLinearityType.ToDecibel => 10 / Math.Log(10),
                    _ => 1,
                }));
                for (var i = 0; i < count; i++)
                {
                    values[i] = LaneLogarithm.Natural(Vector.Max(values[i], floor)) * scale;
                }

                break;
            case NonLinearityType.CubicRoot:
                for (var i = 0; i < count; i++)
                {
                    values[i] = Vector.Exp(Vector.Log(values[i]) * 0.33f);
                }

                break;
        }
    }

    [MethodImpl(Kernel.Compiled)]
    private unsafe void Store(IList<float[]> vectors, int first, int frames)
    {
        var lanes = Vector<float>.Count;
        var values = _cepstra.Values;
        for (var lane = 0; lane < frames; lane++)
        {
            var vector = vectors[first + lane].AsSpan(0, FeatureCount);
            for (var k = 0; k < vector.Length; k++)
            {
                vector[k] = values[(k * lanes) + lane];
            }
        }
    }
}
