using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Network;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy, 2015) by channel, over the batch and everything else: [B, C] or [B, C, 1, T] to
/// the same. Training moves the running mean and variance, which evaluation uses, a tenth of the way to the batch's.
/// </summary>
/// <remarks>
/// TorchSharp's own layers count the batches with a number that nothing holds: see <see cref="TensorArithmetic"/>. This one
/// has the same parameters, buffers and names.
/// </remarks>
internal sealed class BatchNormalisation(long channels)
    : NormBase(channels, 1e-5, 0.1, affine: true, track_running_stats: true, null, null, nameof(BatchNormalisation))
{
    public override torch.Tensor forward(torch.Tensor input)
    {
        if (training)
        {
            num_batches_tracked!.AddInPlace(1L);
        }

        return torch.nn.functional.batch_norm(
            input, running_mean, running_var, weight, bias, training, momentum!.Value, eps);
    }

    /// <summary>The tensor library checks the channels.</summary>
    protected override void ValidateInputDimensions(torch.Tensor input)
    {
    }
}
