using Speaker.Models;
using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Network;

/// <summary>
/// The network from cepstra to a unit-length embedding, as an <see cref="EncoderSpecification"/> says.
/// </summary>
/// <remarks>
/// In evaluation mode utterances of different lengths may share a batch: padding is masked wherever the network looks
/// across time, and a batch gives what single utterances give, to rounding. In training mode batch normalisation would
/// count padding, so a training batch must be of one length.
/// </remarks>
internal sealed class Encoder : torch.nn.Module<torch.Tensor, torch.Tensor, torch.Tensor>
{
    private readonly ModuleList<torch.nn.Module<torch.Tensor, FrameMask, torch.Tensor>> branches;
    private readonly bool _normalised;

    /// <summary>Random weights, from the tensor library's generator.</summary>
    /// <param name="specification">Of the network.</param>
    /// <param name="normalised">Whether a ResNet is trained with batch normalisation; a TDNN always is, and stores
    /// it.</param>
    /// <exception cref="ModelException">The specification is not valid.</exception>
    public Encoder(EncoderSpecification specification, bool normalised = false)
        : base(nameof(Encoder))
    {
        ArgumentNullException.ThrowIfNull(specification);
        specification.Validate();
        Specification = specification;
        _normalised = normalised;
        branches = torch.nn.ModuleList(
            Enumerable.Range(0, specification.Branches).Select(_ => CreateBranch(specification, normalised)).ToArray());
        RegisterComponents();
    }

    public EncoderSpecification Specification { get; }

    /// <summary>
    /// While training, convolve in bfloat16 (weights, normalisation and loss stay float32). Worth it only where
    /// <see cref="BFloat16Support.IsFast"/>.
    /// </summary>
    public bool TrainsInBFloat16
    {
        set
        {
            foreach (var module in modules())
            {
                switch (module)
                {
                    case TimeConvolution convolution:
                        convolution.TrainsInBFloat16 = value;
                        break;
                    case PictureConvolution convolution:
                        convolution.TrainsInBFloat16 = value;
                        break;
                }
            }
        }
    }

    /// <param name="features">[B, T, C] float32, normalised as the front end says; any finite value where it is padding.</param>
    /// <param name="lengths">[B] int64, frames of each utterance, 1…T.</param>
    /// <returns>[B, D], each row of unit length.</returns>
    /// <exception cref="ModelException">Shapes or lengths do not fit, or a training batch has padding.</exception>
    public override torch.Tensor forward(torch.Tensor features, torch.Tensor lengths)
    {
        using var scope = torch.NewDisposeScope();
        var mask = MaskFor(features, lengths);
        // [B, C, 1, T] with channels innermost in memory: see TimeConvolution.
        var picture = mask.Apply(features.transpose(1, 2).unsqueeze(2));
        return Embed(picture, mask).MoveToOuterDisposeScope();
    }

    /// <param name="picture">[B, C, 1, T] features, zero where it is padding.</param>
    /// <param name="mask">Of the frames.</param>
    /// <returns>[B, D], each row of unit length.</returns>
    internal torch.Tensor Embed(torch.Tensor picture, FrameMask mask)
    {
        using var scope = torch.NewDisposeScope();
        // Parts of unit length, so that the cosine of the whole is the mean of the branches' cosines.
        var parts = new torch.Tensor[branches.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = branches[i].call(picture, mask);
        }

        var embedding = parts.Length == 1 ? parts[0] : torch.cat(parts, 1).Times(1 / Math.Sqrt(parts.Length));
        return embedding.MoveToOuterDisposeScope();
    }

    /// <summary>An encoder of the same parts on the same device, in evaluation mode, with random weights.</summary>
    public Encoder Another()
    {
        var encoder = new Encoder(Specification, _normalised);
        encoder.to(parameters().First().device);
        encoder.eval();
        return encoder;
    }

    /// <summary>The weights as a model's file holds them: a ResNet's without batch normalisation.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Store()
    {
        using var scope = torch.NewDisposeScope();
        var tensors = state_dict();
        foreach (var (name, module) in named_modules())
        {
            if ((module as PictureConvolution)?.Folded() is not { } folded)
            {
                continue;
            }

            var prefix = $"{name}.norm.";
            foreach (var part in tensors.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).ToArray())
            {
                tensors.Remove(part);
            }

            (tensors[$"{name}.weight"], tensors[$"{name}.bias"]) = folded;
        }

        return TensorFile.Store(tensors);
    }

    private static torch.nn.Module<torch.Tensor, FrameMask, torch.Tensor> CreateBranch(
        EncoderSpecification specification, bool normalised) => specification.Architecture switch
    {
        EncoderArchitecture.ResNet34 => new ResNet(specification, normalised),
        EncoderArchitecture.Joined => new JoinedEncoders(specification, normalised),
        _ => new EncoderBranch(specification),
    };

    private FrameMask MaskFor(torch.Tensor features, torch.Tensor lengths)
    {
        var shape = features.shape;
        if (shape.Length != 3 || shape[2] != Specification.Coefficients || shape[1] == 0)
        {
            throw new ModelException(
                $"the encoder reads [B, T, {Specification.Coefficients}] features of at least one frame, " +
                $"got [{string.Join(", ", shape)}]");
        }

        var frames = lengths.cpu().data<long>().ToArray();
        if (frames.Length != shape[0])
        {
            throw new ModelException($"{shape[0]} utterances need {shape[0]} lengths, got {frames.Length}");
        }

        foreach (var length in frames)
        {
            if (length < 1 || length > shape[1])
            {
                throw new ModelException($"an utterance's length must be 1 to {shape[1]} frames, got {length}");
            }
        }

        var mask = new FrameMask(frames, shape[1], features.device);
        if (training && !mask.IsFull)
        {
            throw new ModelException(
                $"a training batch must be of one length, got {frames.Min()} to {frames.Max()} frames; cut them alike");
        }

        return mask;
    }
}
