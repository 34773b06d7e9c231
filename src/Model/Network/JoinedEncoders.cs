using Speaker.Models;
using Speaker.Training.Distances;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Network;

/// <summary>
/// Encoders that read the same features, and a linear layer over their embeddings, end to end: the one branch of a joined
/// <see cref="Encoder"/>.
/// </summary>
internal sealed class JoinedEncoders : torch.nn.Module<torch.Tensor, FrameMask, torch.Tensor>
{
    private readonly ModuleList<Encoder> parts;
    private readonly Linear join;

    /// <param name="specification">Of the joined encoder, checked.</param>
    /// <param name="normalised">As of an <see cref="Encoder"/>.</param>
    public JoinedEncoders(EncoderSpecification specification, bool normalised)
        : base(nameof(JoinedEncoders))
    {
        parts = torch.nn.ModuleList(specification.Parts!.Select(part => new Encoder(part, normalised)).ToArray());
        join = torch.nn.Linear(specification.Parts!.Sum(part => part.Dimension), specification.Dimension);
        RegisterComponents();
    }

    /// <param name="picture">[B, C, 1, T] features, zero where it is padding.</param>
    /// <param name="mask">Of the frames as they come in.</param>
    /// <returns>[B, D], each row of unit length.</returns>
    public override torch.Tensor forward(torch.Tensor picture, FrameMask mask)
    {
        using var scope = torch.NewDisposeScope();
        var embeddings = parts.Select(part => part.Embed(picture, mask)).ToArray();
        return CosineDistance.ToUnitLength(join.call(torch.cat(embeddings, 1))).MoveToOuterDisposeScope();
    }
}
