using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Network;

/// <summary>
/// Which frames of a padded batch are sound. Everything that looks across time (a convolution wider than one frame, a
/// mean, a pooling) goes through it, so that an utterance's embedding does not depend on what it was batched with.
/// </summary>
/// <remarks>Tensors here are [B, C, 1, T], channels innermost in memory: see <see cref="TimeConvolution"/>.</remarks>
internal sealed class FrameMask
{
    private readonly long[] _lengths;
    private readonly long _frames;
    private readonly torch.Tensor? _values;
    private readonly torch.Tensor? _inverseCounts;

    /// <param name="lengths">Frames of each utterance.</param>
    /// <param name="frames">T, of the padded batch.</param>
    /// <param name="device">Where the batch is.</param>
    public FrameMask(long[] lengths, long frames, torch.Device device)
    {
        _lengths = lengths;
        _frames = frames;
        if (Array.TrueForAll(lengths, length => length == frames))
        {
            return;
        }

        var values = new float[lengths.Length * frames];
        var inverse = new float[lengths.Length];
        for (var i = 0; i < lengths.Length; i++)
        {
            values.AsSpan((int)(i * frames), (int)lengths[i]).Fill(1);
            inverse[i] = 1f / lengths[i];
        }

        _values = torch.tensor(values, new long[] { lengths.Length, 1, 1, frames }).to(device);
        _inverseCounts = torch.tensor(inverse, new long[] { lengths.Length, 1 }).to(device);
    }

    /// <summary>Whether no utterance is padded.</summary>
    public bool IsFull => _values is null;

    /// <summary>The mask after a convolution of odd kernel, half a kernel of padding and this stride.</summary>
    public FrameMask Strided(int stride, torch.Device device) => stride == 1
        ? this
        : new FrameMask(
            Array.ConvertAll(_lengths, length => (length + stride - 1) / stride), (_frames + stride - 1) / stride, device);

    /// <summary>Sets padding to zero.</summary>
    public torch.Tensor Apply(torch.Tensor x) => _values is null ? x : x * _values;

    /// <summary>The mean over the frames that are sound, whatever finite value stands in the padding.</summary>
    /// <returns>[B, C].</returns>
    public torch.Tensor Mean(torch.Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        // A sum scaled afterwards: the gradient of a mean would be divided frame by frame.
        return (_values is null ? Sum(x).Times(1.0 / _frames) : Sum(x * _values) * _inverseCounts!)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The variance over the frames that are sound, unbiased; 0 of one frame.</summary>
    /// <param name="x">[B, C, 1, T].</param>
    /// <param name="mean">Its <see cref="Mean"/>.</param>
    /// <returns>[B, C].</returns>
    public torch.Tensor Variance(torch.Tensor x, torch.Tensor mean)
    {
        using var scope = torch.NewDisposeScope();
        var deviation = x - mean.unsqueeze(2).unsqueeze(3);
        var biased = Mean(deviation * deviation);
        var corrections = Array.ConvertAll(_lengths, length => (float)length / Math.Max(1, length - 1));
        return (biased * torch.tensor(corrections, new long[] { corrections.Length, 1 }).to(x.device))
            .MoveToOuterDisposeScope();
    }

    /// <summary>The sum over all frames.</summary>
    /// <returns>[B, C].</returns>
    public static torch.Tensor Sum(torch.Tensor x) => x.sum(new long[] { 2, 3 });

    /// <summary>Softmax over the frames that are sound; padding gets weight 0.</summary>
    public torch.Tensor Softmax(torch.Tensor scores)
    {
        using var scope = torch.NewDisposeScope();
        var ofSound = _values is null ? scores : scores.MaskedFill(_values.EqualTo(0), float.NegativeInfinity);
        // As [B, T, C] the values stand in memory in their order, which is what the kernel is fast at.
        var weights = ofSound.squeeze(2).transpose(1, 2).softmax(1);
        return weights.transpose(1, 2).unsqueeze(2).MoveToOuterDisposeScope();
    }
}
