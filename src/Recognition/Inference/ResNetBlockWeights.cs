namespace Speaker.Inference;

/// <summary>The weights of relu(conv(relu(conv(x))) + x), with a convolution of one point on x where it changes
/// channels or strides. Immutable.</summary>
internal sealed class ResNetBlockWeights
{
    private const int Kernel = 3;

    /// <summary>From so many channels on tiles are two bands high, which takes less memory.</summary>
    private const int ManyChannels = 128;

    /// <param name="weights">The file.</param>
    /// <param name="name">Of the block.</param>
    /// <param name="buffer">Used again from block to block.</param>
    /// <param name="inputs">Channels.</param>
    /// <param name="outputs">Channels.</param>
    /// <param name="stride">Over frequency and time.</param>
    /// <exception cref="ModelException">A tensor is missing or has another shape.</exception>
    public ResNetBlockWeights(
        WeightReader weights, string name, ref float[] buffer, int inputs, int outputs, int stride)
    {
        Stride = stride;
        var bandTile = outputs < ManyChannels ? WinogradWeights.LargestTile : WinogradWeights.LargestTile / 2;
        if (stride == 1)
        {
            First = new WinogradWeights(weights, $"{name}.conv1", ref buffer, inputs, outputs, bandTile);
        }
        else
        {
            StridedFirst = new PictureWeights(weights, $"{name}.conv1", inputs, outputs, Kernel);
        }

        Second = new WinogradWeights(weights, $"{name}.conv2", ref buffer, outputs, outputs, bandTile);
        Shortcut = inputs != outputs || stride > 1
            ? new PictureWeights(weights, $"{name}.shortcut", inputs, outputs, 1)
            : null;
    }

    /// <summary>Of the first convolution and of the shortcut.</summary>
    public int Stride { get; }

    /// <summary>The first convolution where the stride is 1.</summary>
    public WinogradWeights? First { get; }

    /// <summary>The first convolution where the stride is 2.</summary>
    public PictureWeights? StridedFirst { get; }

    public WinogradWeights Second { get; }

    /// <summary>Null where x is added as it is.</summary>
    public PictureWeights? Shortcut { get; }
}
