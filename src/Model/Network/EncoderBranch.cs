using Speaker.Models;
using Speaker.Training.Distances;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Network;

/// <summary>One of the networks of an <see cref="Encoder"/>: cepstra to a unit-length part of the embedding.</summary>
internal sealed class EncoderBranch : torch.nn.Module<torch.Tensor, FrameMask, torch.Tensor>
{
    private readonly int _stride;
    private readonly TimeConvolution entry;
    private readonly BatchNormalisation entryNorm;
    private readonly ModuleList<ResidualBlock> blocks;
    private readonly TimeConvolution aggregate;
    private readonly AttentiveStatisticsPooling pooling;
    private readonly BatchNormalisation poolingNorm;
    private readonly Linear projection;
    private readonly BatchNormalisation projectionNorm;

    public EncoderBranch(EncoderSpecification specification)
        : base(nameof(EncoderBranch))
    {
        _stride = specification.EntryStride;
        entry = new TimeConvolution(
            specification.Coefficients, specification.Width, specification.EntryKernel, specification.EntryStride);
        entryNorm = new BatchNormalisation(specification.Width);
        blocks = torch.nn.ModuleList(
            specification.Dilations.Select(dilation => new ResidualBlock(specification.Width, dilation)).ToArray());
        aggregate = new TimeConvolution(specification.Width * blocks.Count, specification.AggregateWidth, 1);
        pooling = new AttentiveStatisticsPooling(specification.AggregateWidth, specification.AttentionWidth);
        poolingNorm = new BatchNormalisation(2 * specification.AggregateWidth);
        projection = torch.nn.Linear(2 * specification.AggregateWidth, specification.BranchDimension, false);
        projectionNorm = new BatchNormalisation(specification.BranchDimension);
        RegisterComponents();
    }

    /// <param name="picture">[B, C, 1, T], zero where it is padding, channels innermost in memory.</param>
    /// <param name="mask">Of the frames as they come in.</param>
    /// <returns>[B, D / branches], each row of unit length.</returns>
    public override torch.Tensor forward(torch.Tensor picture, FrameMask mask)
    {
        using var scope = torch.NewDisposeScope();
        var x = entry.call(picture);
        mask = mask.Strided(_stride, x.device);
        x = mask.Apply(entryNorm.call(x).relu_());
        var outputs = new torch.Tensor[blocks.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = x = blocks[i].call(x, mask);
        }

        x = aggregate.call(torch.cat(outputs, 1)).relu_();
        var embedding = projectionNorm.call(projection.call(poolingNorm.call(pooling.call(x, mask))));
        return CosineDistance.ToUnitLength(embedding).MoveToOuterDisposeScope();
    }
}
