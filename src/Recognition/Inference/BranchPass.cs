using Speaker.Audio.Numerics;
using Speaker.Models;

namespace Speaker.Inference;

/// <summary>
/// One utterance on its way through one branch: the memory for it, and the steps. The steps that take a tile work on
/// <see cref="TileFrames"/> frames and may run side by side; those that take none gather what the tiles found, in the
/// tiles' order. So the result does not depend on how many threads there are.
/// </summary>
/// <remarks>
/// A tile of the blocks reads the block's input around it, which is whole by then, and computes the one frame at each
/// end that its neighbour computes too. Frames before the first and after the last are zero.
/// </remarks>
internal sealed unsafe class BranchPass
{
    /// <summary>
    /// Frames of a tile, as the blocks see them. Its sums are part of the order of operations: another number changes
    /// the last bits of embeddings.
    /// </summary>
    public const int TileFrames = 120;

    /// <summary>Held below every variance, as in training.</summary>
    private const double SmallestVariance = 1e-5;

    /// <summary>Rows that <see cref="FrameKernels.SoftmaxSums"/> gives for a tile.</summary>
    private const int SoftmaxRows = 4;

    private readonly EncoderSpecification _specification;
    private readonly int _width;
    private readonly int _aggregateWidth;
    private readonly int _attentionWidth;
    private readonly int _margin;

    private readonly AlignedBuffer _xWithMargins = new();
    private readonly AlignedBuffer _h = new();
    private readonly AlignedBuffer _aggregated = new();
    private readonly AlignedBuffer _tileSums = new();
    private readonly AlignedBuffer _mean;
    private readonly AlignedBuffer _squeezed;
    private readonly AlignedBuffer _gate;
    private readonly AlignedBuffer _statistics;
    private readonly AlignedBuffer _context;
    private readonly AlignedBuffer _most;
    private readonly AlignedBuffer _tileWeights;
    private readonly AlignedBuffer _projected;
    private readonly double[] _totals;

    private BranchWeights _weights;
    private float* _features;
    private int _frames;
    private int _length;

    /// <param name="specification">Of the network.</param>
    /// <param name="weights">Of some branch of it, until <see cref="Begin"/> names another.</param>
    public BranchPass(EncoderSpecification specification, BranchWeights weights)
    {
        _specification = specification;
        _weights = weights;
        _width = PackedWeights.PaddedLength(specification.Width);
        _aggregateWidth = PackedWeights.PaddedLength(specification.AggregateWidth);
        _attentionWidth = PackedWeights.PaddedLength(specification.AttentionWidth);
        _margin = specification.Dilations.Max();
        _mean = new AlignedBuffer(_width);
        _squeezed = new AlignedBuffer(_width);
        _gate = new AlignedBuffer(_width);
        _statistics = new AlignedBuffer(2L * specification.AggregateWidth);
        _context = new AlignedBuffer(_attentionWidth);
        _most = new AlignedBuffer(_aggregateWidth);
        _tileWeights = new AlignedBuffer(_aggregateWidth);
        _projected = new AlignedBuffer(PackedWeights.PaddedLength(specification.BranchDimension));
        _totals = new double[Math.Max(specification.Width, (SoftmaxRows - 1) * specification.AggregateWidth)];
    }

    /// <summary>How many tiles there are.</summary>
    public int Tiles => (_length + TileFrames - 1) / TileFrames;

    /// <summary>What it holds on to, in floats.</summary>
    public long Size => _xWithMargins.Length + _h.Length + _aggregated.Length + _tileSums.Length;

    private float* X => _xWithMargins.Start + ((nint)_margin * _width);

    /// <summary>Takes the next utterance.</summary>
    /// <param name="weights">Kept alive by the caller.</param>
    /// <param name="features">[frames, coefficients], normalised; must stay where it is until the end.</param>
    /// <param name="frames">At least one.</param>
    public void Begin(BranchWeights weights, float* features, int frames)
    {
        _weights = weights;
        _features = features;
        _frames = frames;
        _length = (int)(((long)frames + _specification.EntryStride - 1) / _specification.EntryStride);
        var margin = (nint)_margin * _width;
        _xWithMargins.Reserve(((long)_length * _width) + (2 * margin));
        _h.Reserve((long)_length * _width);
        _aggregated.Reserve((long)_length * _aggregateWidth);
        _tileSums.Reserve((long)Tiles * Math.Max(_width, SoftmaxRows * _aggregateWidth));
        new Span<float>(_xWithMargins.Start, (int)margin).Clear();
        new Span<float>(X + ((nint)_length * _width), (int)margin).Clear();
    }

    /// <summary>Step 1, a tile: features to the blocks' width and rate.</summary>
    public void Enter(int tile, TileScratch scratch)
    {
        var (first, count) = FramesOf(tile);
        var stride = _specification.EntryStride;
        var coefficients = _specification.Coefficients;
        var start = ((long)first * stride) - (_specification.EntryKernel / 2);
        var rows = ((count - 1) * stride) + _specification.EntryKernel;
        CopyWithZeros(start, rows, scratch.Features.Span);
        Convolution.Compute(_weights.Entry, new ConvolutionRows
        {
            Count = count,
            Input = scratch.Features.Start,
            RowStep = stride * coefficients,
            TapStep = coefficients,
            Initial = _weights.Entry.Biases,
            Output = X + ((nint)first * _width),
            OutputStep = _width,
            Rectify = true,
        });
    }

    /// <summary>Step 2, a tile of a block: its two convolutions, and what the squeeze will want of them.</summary>
    public void Convolve(int block, int tile, TileScratch scratch)
    {
        var weights = _weights.Blocks[block];
        var (first, count) = FramesOf(tile);
        var before = Math.Max(first - 1, 0);
        var after = Math.Min(first + count + 1, _length);
        var dilated = scratch.Dilated.Start;
        if (before == first)
        {
            new Span<float>(dilated, _width).Clear();
        }

        if (after == first + count)
        {
            new Span<float>(dilated + ((nint)(count + 1) * _width), _width).Clear();
        }

        Convolution.Compute(weights.Dilated, new ConvolutionRows
        {
            Count = after - before,
            Input = X + ((nint)(before - weights.Dilation) * _width),
            RowStep = _width,
            TapStep = (nint)weights.Dilation * _width,
            Initial = weights.Dilated.Biases,
            Output = dilated + ((nint)(before - first + 1) * _width),
            OutputStep = _width,
            Rectify = true,
        });
        var h = _h.Start + ((nint)first * _width);
        Convolution.Compute(weights.Convolution, new ConvolutionRows
        {
            Count = count,
            Input = dilated,
            RowStep = _width,
            TapStep = _width,
            Initial = weights.Convolution.Biases,
            Output = h,
            OutputStep = _width,
        });
        FrameKernels.Sum(h, count, _width, _tileSums.Start + ((nint)tile * _width));
    }

    /// <summary>Step 3, of a block: how open each channel's gate is (Hu et al., 2018).</summary>
    public void Excite(int block)
    {
        var weights = _weights.Blocks[block];
        AddTileSums(0, _width, _width, _specification.Width);
        for (var c = 0; c < _specification.Width; c++)
        {
            _mean.Start[c] = (float)(_totals[c] / _length);
        }

        Multiply(weights.Squeeze, _mean.Start, _squeezed.Start, rectify: true);
        Multiply(weights.Excite, _squeezed.Start, _gate.Start);
        FrameKernels.Sigmoid(_gate.Start, _width);
    }

    /// <summary>Step 4, a tile of a block: the gated sum, and its part of the aggregation.</summary>
    public void Aggregate(int block, int tile)
    {
        var weights = _weights.Blocks[block];
        var (first, count) = FramesOf(tile);
        var x = X + ((nint)first * _width);
        FrameKernels.AddGatedAndRectify(x, _h.Start + ((nint)first * _width), _gate.Start, count, _width);
        var aggregated = _aggregated.Start + ((nint)first * _aggregateWidth);
        var isLast = block == _weights.Blocks.Length - 1;
        Convolution.Compute(weights.Aggregate, new ConvolutionRows
        {
            Count = count,
            Input = x,
            RowStep = _width,
            Initial = block == 0 ? weights.Aggregate.Biases : aggregated,
            InitialStep = block == 0 ? 0 : _aggregateWidth,
            Output = aggregated,
            OutputStep = _aggregateWidth,
            Rectify = isLast,
        });
        if (isLast)
        {
            FrameKernels.SumWithSquares(
                aggregated, count, _aggregateWidth, _tileSums.Start + ((nint)tile * 2 * _aggregateWidth));
        }
    }

    /// <summary>Step 5, after all blocks: what the attention reads of the utterance.</summary>
    public void Summarise()
    {
        var channels = _specification.AggregateWidth;
        AddTileSums(0, 2 * _aggregateWidth, _aggregateWidth, channels);
        AddTileSums(1, 2 * _aggregateWidth, _aggregateWidth, channels);
        for (var c = 0; c < channels; c++)
        {
            StoreStatistics(c, _totals[c] / _length, _totals[channels + c] / _length);
        }

        Multiply(_weights.AttentionContext, _statistics.Start, _context.Start);
    }

    /// <summary>Step 6, a tile: attentive statistics (Okabe et al., 2018; Desplanques et al., 2020).</summary>
    public void Attend(int tile, TileScratch scratch)
    {
        var (first, count) = FramesOf(tile);
        var x = _aggregated.Start + ((nint)first * _aggregateWidth);
        Convolution.Compute(_weights.AttentionFrame, new ConvolutionRows
        {
            Count = count,
            Input = x,
            RowStep = _aggregateWidth,
            Initial = _context.Start,
            Output = scratch.Hidden.Start,
            OutputStep = _attentionWidth,
        });
        FrameKernels.Tanh(scratch.Hidden.Start, (nint)count * _attentionWidth);
        Convolution.Compute(_weights.AttentionScore, new ConvolutionRows
        {
            Count = count,
            Input = scratch.Hidden.Start,
            RowStep = _attentionWidth,
            Initial = _weights.AttentionScore.Biases,
            Output = scratch.Scores.Start,
            OutputStep = _aggregateWidth,
        });
        FrameKernels.SoftmaxSums(scratch.Scores.Start, x, count, _aggregateWidth, SoftmaxSumsOf(tile));
    }

    /// <summary>Step 7: the branch's part of the embedding.</summary>
    /// <param name="part">[dimension of a branch].</param>
    /// <param name="length">To bring it to.</param>
    public void Finish(Span<float> part, double length)
    {
        var channels = _specification.AggregateWidth;
        Pool(channels);
        for (var c = 0; c < channels; c++)
        {
            StoreStatistics(c, _totals[channels + c] / _totals[c], _totals[(2 * channels) + c] / _totals[c]);
        }

        Multiply(_weights.Projection, _statistics.Start, _projected.Start);
        UnitLength.Bring(_projected.Span[..part.Length], part, length);
    }

    /// <summary>One row by a matrix.</summary>
    private static void Multiply(PackedWeights weights, float* input, float* output, bool rectify = false) =>
        Convolution.Compute(weights, new ConvolutionRows
        {
            Count = 1,
            Input = input,
            RowStep = 0,
            Initial = weights.Biases,
            Output = output,
            OutputStep = 0,
            Rectify = rectify,
        });

    private (int First, int Count) FramesOf(int tile)
    {
        var first = tile * TileFrames;
        return (first, Math.Min(TileFrames, _length - first));
    }

    private float* SoftmaxSumsOf(int tile) => _tileSums.Start + ((nint)tile * SoftmaxRows * _aggregateWidth);

    /// <summary>Feature frames, zeros where there are none.</summary>
    private void CopyWithZeros(long start, int rows, Span<float> target)
    {
        var coefficients = _specification.Coefficients;
        var zerosBefore = (int)Math.Clamp(-start, 0, rows);
        var end = (int)Math.Clamp(_frames - start, zerosBefore, rows);
        target[..(zerosBefore * coefficients)].Clear();
        new Span<float>(
            _features + ((nint)(start + zerosBefore) * coefficients), (end - zerosBefore) * coefficients)
            .CopyTo(target[(zerosBefore * coefficients)..]);
        target[(end * coefficients)..(rows * coefficients)].Clear();
    }

    /// <summary>Adds up a row of the tiles' sums, tile after tile, into a row of <see cref="_totals"/>.</summary>
    private void AddTileSums(int row, int tileStep, int rowLength, int channels)
    {
        var totals = _totals.AsSpan(row * channels, channels);
        totals.Clear();
        for (var tile = 0; tile < Tiles; tile++)
        {
            var sums = _tileSums.Start + ((nint)tile * tileStep) + (row * rowLength);
            for (var c = 0; c < channels; c++)
            {
                totals[c] += sums[c];
            }
        }
    }

    /// <summary>Joins the tiles' softmax sums, each brought to the largest score of all.</summary>
    private void Pool(int channels)
    {
        var most = _most.Span;
        most.Fill(float.NegativeInfinity);
        for (var tile = 0; tile < Tiles; tile++)
        {
            var ofTile = SoftmaxSumsOf(tile);
            for (var c = 0; c < most.Length; c++)
            {
                most[c] = Math.Max(most[c], ofTile[c]);
            }
        }

        Array.Clear(_totals);
        for (var tile = 0; tile < Tiles; tile++)
        {
            var sums = SoftmaxSumsOf(tile);
            FrameKernels.Exp(sums, _most.Start, _aggregateWidth, _tileWeights.Start);
            for (var row = 0; row < SoftmaxRows - 1; row++)
            {
                sums += _aggregateWidth;
                for (var c = 0; c < channels; c++)
                {
                    _totals[(row * channels) + c] += (double)_tileWeights.Start[c] * sums[c];
                }
            }
        }
    }

    private void StoreStatistics(int channel, double mean, double meanOfSquares)
    {
        _statistics.Start[channel] = (float)mean;
        _statistics.Start[_specification.AggregateWidth + channel] =
            (float)Math.Sqrt(Math.Max(SmallestVariance, meanOfSquares - (mean * mean)));
    }
}
