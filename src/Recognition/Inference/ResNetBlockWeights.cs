namespace Speaker.Inference;

/// <summary>The weights of relu(conv(relu(conv(x))) + x), with a convolution of one point on x where it changes channels
/// or strides. Immutable.</summary>
internal sealed class ResNetBlockWeights
{
    private const int Kernel = 3;

    /// <param name="weights">The file.</param>
    /// <param name="name">Of the block.</param>
    /// <param name="inputs">Channels.</param>
    /// <param name="outputs">Channels.</param>
    /// <param name="stride">Over frequency and time.</param>
    /// <exception cref="ModelException">A tensor is missing or has another shape.</exception>
    public ResNetBlockWeights(WeightReader weights, string name, int inputs, int outputs, int stride)
    {
        Stride = stride;
        First = new PictureWeights(weights, $"{name}.conv1", inputs, outputs, Kernel);
        Second = new PictureWeights(weights, $"{name}.conv2", outputs, outputs, Kernel);
        Shortcut = inputs != outputs || stride > 1
            ? new PictureWeights(weights, $"{name}.shortcut", inputs, outputs, 1)
            : null;
    }

    /// <summary>Of <see cref="First"/> and <see cref="Shortcut"/>.</summary>
    public int Stride { get; }

    public PictureWeights First { get; }

    public PictureWeights Second { get; }

    /// <summary>Null where x is added as it is.</summary>
    public PictureWeights? Shortcut { get; }
}
