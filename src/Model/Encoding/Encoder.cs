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
    private readonly TimeConvolution entry;
    private readonly BatchNorm2d entryNorm;
    private readonly ModuleList<ResidualBlock> blocks;
    private readonly TimeConvolution aggregate;
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

        entry = new TimeConvolution(
            specification.Coefficients, specification.Width, specification.EntryKernel, specification.EntryStride);
        entryNorm = torch.nn.BatchNorm2d(specification.Width);
        blocks = torch.nn.ModuleList(
            specification.Dilations.Select(dilation => new ResidualBlock(specification.Width, dilation)).ToArray());
        aggregate = new TimeConvolution(specification.Width * blocks.Count, specification.AggregateWidth, 1);
        pooling = new AttentiveStatisticsPooling(specification.AggregateWidth, specification.AttentionWidth);
        poolingNorm = torch.nn.BatchNorm1d(2 * specification.AggregateWidth);
        projection = torch.nn.Linear(2 * specification.AggregateWidth, specification.Dimension, false);
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
                if (module is TimeConvolution convolution)
                    convolution.TrainsInBFloat16 = value;
        }
    }

    /// <param name="features">[B, C, T] float32, normalised as the front end says; any finite value where it is padding.</param>
    /// <param name="lengths">[B] int64, frames of each utterance, 1…T.</param>
    /// <returns>[B, D], each row of unit length.</returns>
    /// <exception cref="ModelException">Shapes or lengths do not fit, or a training batch has padding.</exception>
    public override torch.Tensor forward(torch.Tensor features, torch.Tensor lengths)
    {
        using var scope = torch.NewDisposeScope();
        var mask = MaskFor(features, lengths);
        // [B, C, 1, T] with channels innermost in memory: see TimeConvolution.
        var picture = features.transpose(1, 2).contiguous().transpose(1, 2).unsqueeze(2);
        var x = entry.call(mask.Apply(picture));
        mask = mask.Strided(Specification.EntryStride, x.device);
        x = mask.Apply(entryNorm.call(x).relu_());
        var outputs = new torch.Tensor[blocks.Count];
        for (var i = 0; i < outputs.Length; i++)
            outputs[i] = x = blocks[i].call(x, mask);
        x = aggregate.call(torch.cat(outputs, 1)).relu_();
        var embedding = projectionNorm.call(projection.call(poolingNorm.call(pooling.call(x, mask))));
        return CosineDistance.ToUnitLength(embedding).MoveToOuterDisposeScope();
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
}
