using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Distances;
using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Network;

/// <summary>
/// A ResNet over frequency and time (He et al., 2016; as Zeinali et al., 2019, for voices), a branch of an
/// <see cref="Encoder"/>: cepstra to a unit-length part of the embedding.
/// </summary>
internal sealed class ResNet : torch.nn.Module<torch.Tensor, FrameMask, torch.Tensor>
{
    private const int Kernel = 3;

    /// <summary>Added to every variance: keeps the gradient of its root finite.</summary>
    private const double VarianceOffset = 1e-7;

    private readonly int _bands;
    private readonly float[] _toBands;
    private readonly PictureConvolution stem;
    private readonly ModuleList<ModuleList<ResNetBlock>> stages;
    private readonly Linear embedding;

    /// <param name="specification">Of the network.</param>
    /// <param name="normalised">With batch normalisation, to learn from random weights; weights that are there have theirs
    /// folded in.</param>
    public ResNet(EncoderSpecification specification, bool normalised = false)
        : base(nameof(ResNet))
    {
        _bands = specification.Coefficients;
        _toBands = CosineTransform.Transpose(_bands);
        stem = new PictureConvolution(1, specification.Width, Kernel, 1, normalised);
        stages = torch.nn.ModuleList<ModuleList<ResNetBlock>>();
        var (inputs, bands) = (specification.Width, _bands);
        for (var stage = 0; stage < specification.BlocksOfStages.Count; stage++)
        {
            var outputs = specification.Width << stage;
            var blocks = torch.nn.ModuleList<ResNetBlock>();
            for (var index = 0; index < specification.BlocksOfStages[stage]; index++)
            {
                var stride = stage > 0 && index == 0 ? 2 : 1;
                blocks.Add(new ResNetBlock(inputs, outputs, stride, normalised));
                bands = (bands + stride - 1) / stride;
                inputs = outputs;
            }

            stages.Add(blocks);
        }

        embedding = torch.nn.Linear(2L * inputs * bands, specification.BranchDimension);
        RegisterComponents();
    }

    /// <param name="picture">[B, C, 1, T] cepstra, zero where it is padding.</param>
    /// <param name="mask">Of the frames as they come in.</param>
    /// <returns>[B, D / branches], each row of unit length.</returns>
    public override torch.Tensor forward(torch.Tensor picture, FrameMask mask)
    {
        using var scope = torch.NewDisposeScope();
        // [F, C] by [B, C, T]: log mel bands, which lose the mean that the cepstra lost.
        var toBands = torch.tensor(_toBands, new long[] { _bands, _bands }).to(picture.device);
        var x = toBands.matmul(picture.squeeze(2)).unsqueeze(1);
        x = mask.Apply(stem.call(x).relu_());
        foreach (var block in stages.SelectMany(blocks => blocks))
        {
            x = block.call(x, mask);
            mask = mask.Strided(block.Stride, x.device);
        }

        x = x.reshape(x.shape[0], -1, 1, x.shape[3]);
        var mean = mask.Mean(x);
        var deviation = mask.Variance(x, mean).Plus(VarianceOffset).sqrt();
        return CosineDistance.ToUnitLength(embedding.call(torch.cat(new[] { mean, deviation }, 1)))
            .MoveToOuterDisposeScope();
    }
}
