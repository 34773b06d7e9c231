using Speaker.Audio.Numerics;
using Speaker.Models;

namespace Speaker.Inference;

/// <summary>
/// One utterance on its way through a ResNet: the memory for it, and the steps. The parts of a step may run side by
/// side; each writes places of its own, so the result does not depend on how many threads there are.
/// </summary>
internal sealed unsafe class ResNetPass
{
    /// <summary>Added to every variance, as in training.</summary>
    private const double VarianceOffset = 1e-7;

    /// <summary>Zeros before the first band and after the last; whole vectors.</summary>
    private const int BandMargin = PackedWeights.OutputMultiple;

    private readonly EncoderSpecification _specification;
    private readonly AlignedBuffer _bands = new();
    private readonly AlignedBuffer _statistics;
    private readonly AlignedBuffer _projected;
    private readonly int _bandRow;

    private ResNetWeights _weights;
    private int _frames;

    /// <summary>What the next block reads, what is inside it, and what it gives where it changes the size.</summary>
    private FeatureMap _x = new();
    private FeatureMap _inner = new();
    private FeatureMap _next = new();

    /// <param name="specification">Of the network.</param>
    /// <param name="weights">Of some branch of it, until <see cref="Begin"/> names another.</param>
    public ResNetPass(EncoderSpecification specification, ResNetWeights weights)
    {
        _specification = specification;
        _weights = weights;
        _bandRow = PackedWeights.PaddedLength(specification.Coefficients) + (2 * BandMargin);
        _statistics = new AlignedBuffer(2L * weights.Pooled);
        _projected = new AlignedBuffer(PackedWeights.PaddedLength(specification.BranchDimension));
    }

    /// <summary>What it holds on to, in floats.</summary>
    public long Size => _bands.Length + _x.Size + _inner.Size + _next.Size;

    /// <summary>Takes the next utterance, as far as its log mel bands.</summary>
    /// <param name="weights">Kept alive by the caller.</param>
    /// <param name="features">[frames, coefficients], normalised; read in this call alone.</param>
    /// <param name="frames">At least one.</param>
    public void Begin(ResNetWeights weights, float* features, int frames)
    {
        _weights = weights;
        _frames = frames;
        _bands.Reserve((frames + 2L) * _bandRow);
        new Span<float>(_bands.Start, _bandRow).Clear();
        new Span<float>(_bands.Start + ((nint)(frames + 1) * _bandRow), _bandRow).Clear();
        for (var frame = 0; frame < frames; frame++)
        {
            var row = _bands.Start + ((nint)(frame + 1) * _bandRow);
            new Span<float>(row, BandMargin).Clear();
            new Span<float>(row + _bandRow - BandMargin, BandMargin).Clear();
        }

        Convolution.Compute(weights.ToBands, new ConvolutionRows
        {
            Count = frames,
            Input = features,
            RowStep = _specification.Coefficients,
            Initial = weights.ToBands.Biases,
            Output = _bands.Start + _bandRow + BandMargin,
            OutputStep = _bandRow,
        });
        _x.Reshape(_specification.Coefficients, frames, weights.Stem.PaddedOutputs);
    }

    /// <summary>A band of the stem's output.</summary>
    public void Stem(int band) => Convolution.Compute(_weights.Stem, new ConvolutionRows
    {
        Count = _frames,
        Input = _bands.Start + BandMargin + band - 1,
        RowStep = _bandRow,
        TapStep = _bandRow,
        Initial = _weights.Stem.Biases,
        Output = _x.At(band, 0),
        OutputStep = _x.Channels,
        Rectify = true,
    });

    /// <summary>Makes room for a block's output.</summary>
    /// <returns>The parts of its first convolution.</returns>
    public int BeginFirst(int block)
    {
        var weights = _weights.Blocks[block];
        var stride = weights.Stride;
        var (bands, frames) = ((_x.Bands + stride - 1) / stride, (_x.Frames + stride - 1) / stride);
        _inner.Reshape(bands, frames, weights.Second.Channels);
        if (weights.Shortcut is not null)
        {
            _next.Reshape(bands, frames, weights.Second.Channels);
        }

        return weights.First is { } first ? WinogradConvolution.Parts(first, _inner) : bands;
    }

    /// <summary>A part of a block's first convolution, and of its shortcut.</summary>
    public void First(int block, int part, WinogradScratch scratch)
    {
        var weights = _weights.Blocks[block];
        if (weights.First is { } first)
        {
            WinogradConvolution.Compute(first, part, _x, _inner, adds: false, scratch);
        }
        else
        {
            weights.StridedFirst!.Compute(
                _x, weights.Stride, part, _inner.Frames, _inner.At(part, 0), rectify: true);
            weights.Shortcut!.Compute(_x, weights.Stride, part, _inner.Frames, _next.At(part, 0), rectify: false);
        }
    }

    /// <summary>The block's input becomes what its second convolution adds to.</summary>
    /// <returns>The parts of its second convolution.</returns>
    public int BeginSecond(int block)
    {
        var weights = _weights.Blocks[block];
        if (weights.Shortcut is not null)
        {
            (_x, _next) = (_next, _x);
        }

        return WinogradConvolution.Parts(weights.Second, _inner);
    }

    /// <summary>A part of a block's second convolution, added to its input.</summary>
    public void Second(int block, int part, WinogradScratch scratch) =>
        WinogradConvolution.Compute(_weights.Blocks[block].Second, part, _inner, _x, adds: true, scratch);

    /// <summary>The branch's part of the embedding.</summary>
    /// <param name="part">[dimension of a branch].</param>
    /// <param name="length">To bring it to.</param>
    public void Finish(Span<float> part, double length)
    {
        Pool();
        Convolution.Compute(_weights.Embedding, new ConvolutionRows
        {
            Count = 1,
            Input = _statistics.Start,
            RowStep = 0,
            Initial = _weights.Embedding.Biases,
            Output = _projected.Start,
            OutputStep = 0,
        });
        UnitLength.Bring(_projected.Span[..part.Length], part, length);
    }

    /// <summary>Mean and standard deviation (unbiased) over time of each channel and band.</summary>
    private void Pool()
    {
        var (channels, bands, frames) = (_weights.Channels, _weights.Bands, _x.Frames);
        for (var band = 0; band < bands; band++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                var values = _x.At(band, 0) + channel;
                double sum = 0;
                for (var frame = 0; frame < frames; frame++)
                {
                    sum += values[(nint)frame * _x.Channels];
                }

                var mean = sum / frames;
                double squares = 0;
                for (var frame = 0; frame < frames; frame++)
                {
                    var deviation = values[(nint)frame * _x.Channels] - mean;
                    squares += deviation * deviation;
                }

                var place = (channel * bands) + band;
                _statistics.Start[place] = (float)mean;
                _statistics.Start[_weights.Pooled + place] =
                    (float)Math.Sqrt((squares / Math.Max(1, frames - 1)) + VarianceOffset);
            }
        }
    }
}
