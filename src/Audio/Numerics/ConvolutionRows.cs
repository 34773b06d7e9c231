namespace Speaker.Audio.Numerics;

/// <summary>Where a <see cref="Convolution"/> reads and writes. Steps are in floats.</summary>
internal readonly unsafe struct ConvolutionRows
{
    /// <summary>How many rows to compute.</summary>
    public required int Count { get; init; }

    /// <summary>The first input of the first tap of the first row.</summary>
    public required float* Input { get; init; }

    /// <summary>From the inputs of a row to those of the next: stride times the length of an input row.</summary>
    public required nint RowStep { get; init; }

    /// <summary>From a tap to the next: dilation times the length of an input row.</summary>
    public nint TapStep { get; init; }

    /// <summary>What the first row's sums begin with: the biases, or sums that are to go on.</summary>
    public required float* Initial { get; init; }

    /// <summary>From what a row's sums begin with to what the next row's do; 0 where that is the same.</summary>
    public nint InitialStep { get; init; }

    /// <summary>
    /// The first row of results; <see cref="PackedWeights.PaddedOutputs"/> floats of each row are written.
    /// </summary>
    public required float* Output { get; init; }

    /// <summary>From a row of results to the next.</summary>
    public required nint OutputStep { get; init; }

    /// <summary>Whether results below zero become zero.</summary>
    public bool Rectify { get; init; }
}
