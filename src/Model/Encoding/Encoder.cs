using Speaker.Model.Distances;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Model.Encoding;

/// <summary>
/// The network from cepstra to a unit-length embedding, as an <see cref="EncoderSpecification"/> says.
/// </summary>
/// <remarks>
/// In evaluation mode utterances of different lengths may share a batch: padding is masked wherever the network looks
/// across time, and a batch gives what single utterances give, to rounding. In training mode batch normalisation would
/// count padding, so a training batch must be of one length.
/// </remarks>
public sealed class Encoder : torch.nn.Module<torch.Tensor, torch.Tensor, torch.Tensor>
{
    private readonly InverseCosineTransform? _toMap;
    private readonly int _firstTimeStride;
    private readonly MapConvolution? stem;
    private readonly BatchNorm2d? stemNorm;
    private readonly ModuleList<MapBlock> stages;
    private readonly TimeConvolution? entry;
    private readonly BatchNorm1d? entryNorm;
    private readonly ModuleList<TimeBlock> blocks;
    private readonly TimeConvolution? aggregate;
    private readonly AttentiveStatisticsPooling pooling;
    private readonly BatchNorm1d poolingNorm;
    private readonly Linear projection;
    private readonly BatchNorm1d projectionNorm;

    /// <summary>Random weights, from the tensor library's generator.</summary>
    /// <exception cref="ModelException">The specification is not valid.</exception>
    public Encoder(EncoderSpecification specification)
        : base(nameof(Encoder))
    {
        ArgumentNullException.ThrowIfNull(specification);
        specification.Validate();
        Specification = specification;

        var channels = specification.Coefficients;
        var mapBlocks = new List<MapBlock>();
        if (specification.Stages.Count > 0)
        {
            var first = specification.Stages[0];
            var bands = Strided(specification.MapBands, first.FrequencyStride);
            _toMap = new InverseCosineTransform(specification.Coefficients, specification.MapBands);
            _firstTimeStride = first.TimeStride;
            stem = new MapConvolution(1, first, 3);
            stemNorm = torch.nn.BatchNorm2d(first.Channels);
            for (var i = 1; i < specification.Stages.Count; i++)
            {
                var stage = specification.Stages[i];
                mapBlocks.Add(new MapBlock(specification.Stages[i - 1].Channels, stage));
                bands = Strided(bands, stage.FrequencyStride);
            }

            channels = specification.Stages[^1].Channels * bands;
        }

        var timeBlocks = new List<TimeBlock>();
        if (specification.Dilations.Count > 0)
        {
            entry = new TimeConvolution(channels, specification.Width, specification.EntryKernel, specification.EntryStride);
            entryNorm = torch.nn.BatchNorm1d(specification.Width);
            foreach (var dilation in specification.Dilations)
                timeBlocks.Add(new TimeBlock(specification.Width, dilation));
            channels = specification.AggregateWidth;
            aggregate = new TimeConvolution(specification.Width * timeBlocks.Count, channels, 1);
        }

        stages = torch.nn.ModuleList(mapBlocks.ToArray());
        blocks = torch.nn.ModuleList(timeBlocks.ToArray());
        pooling = new AttentiveStatisticsPooling(channels, specification.AttentionWidth);
        poolingNorm = torch.nn.BatchNorm1d(2 * channels);
        projection = torch.nn.Linear(2 * channels, specification.Dimension, false);
        projectionNorm = torch.nn.BatchNorm1d(specification.Dimension);
        RegisterComponents();
    }

    public EncoderSpecification Specification { get; }

    /// <summary>
    /// While training, convolve in bfloat16 (weights, normalisation and loss stay float32). Worth it only where
    /// <see cref="BFloat16.IsFast"/>.
    /// </summary>
    public bool TrainsInBFloat16
    {
        set
        {
            foreach (var module in modules())
                if (module is Convolution convolution)
                    convolution.TrainsInBFloat16 = value;
        }
    }

    /// <param name="features">[B, C, T] float32, normalised as the front end says; anything where it is padding.</param>
    /// <param name="lengths">[B] int64, frames of each utterance, 1…T.</param>
    /// <returns>[B, D], each row of unit length.</returns>
    /// <exception cref="ModelException">Shapes or lengths do not fit, or a training batch has padding.</exception>
    public override torch.Tensor forward(torch.Tensor features, torch.Tensor lengths)
    {
        using var scope = torch.NewDisposeScope();
        var mask = MaskFor(features, lengths);
        var x = mask.Apply(features);
        if (_toMap is not null)
        {
            x = stem!.call(_toMap.Apply(x));
            mask = mask.Strided(_firstTimeStride, x.device);
            x = mask.Apply(stemNorm!.call(x).relu());
            for (var i = 0; i < stages.Count; i++)
            {
                x = stages[i].call(x, mask);
                mask = mask.Strided(Specification.Stages[i + 1].TimeStride, x.device);
            }

            x = x.flatten(1, 2);
        }

        if (entry is not null)
            (x, mask) = ThroughBlocks(x, mask);
        var embedding = projectionNorm.call(projection.call(poolingNorm.call(pooling.call(x, mask))));
        return CosineDistance.ToUnitLength(embedding).MoveToOuterDisposeScope();
    }

    private (torch.Tensor X, FrameMask Mask) ThroughBlocks(torch.Tensor x, FrameMask mask)
    {
        x = entry!.call(x);
        mask = mask.Strided(Specification.EntryStride, x.device);
        x = mask.Apply(entryNorm!.call(x).relu());
        var outputs = new torch.Tensor[blocks.Count];
        for (var i = 0; i < outputs.Length; i++)
            outputs[i] = x = blocks[i].call(x, mask);
        return (aggregate!.call(torch.cat(outputs, 1)).relu(), mask);
    }

    private FrameMask MaskFor(torch.Tensor features, torch.Tensor lengths)
    {
        var shape = features.shape;
        if (shape.Length != 3 || shape[1] != Specification.Coefficients || shape[2] == 0)
            throw new ModelException(
                $"the encoder reads [B, {Specification.Coefficients}, T] features of at least one frame, " +
                $"got [{string.Join(", ", shape)}]");
        var frames = lengths.cpu().data<long>().ToArray();
        if (frames.Length != shape[0])
            throw new ModelException($"{shape[0]} utterances need {shape[0]} lengths, got {frames.Length}");
        foreach (var length in frames)
            if (length < 1 || length > shape[2])
                throw new ModelException($"an utterance's length must be 1 to {shape[2]} frames, got {length}");

        var mask = new FrameMask(frames, shape[2], features.device);
        if (training && !mask.IsFull)
            throw new ModelException(
                $"a training batch must be of one length, got {frames.Min()} to {frames.Max()} frames; cut them alike");
        return mask;
    }

    private static int Strided(int size, int stride) => (size + stride - 1) / stride;
}
