namespace Speaker.Audio.Numerics;

/// <summary>The part of a <see cref="Convolution"/> that a kernel computes next: some rows of a panel.</summary>
internal unsafe struct PanelRows
{
    /// <summary>Inputs of the first row.</summary>
    public readonly float* Input;

    public readonly nint RowStep;
    public readonly nint TapStep;
    public readonly nint InitialStep;
    public readonly nint OutputStep;

    /// <summary>From the weights of an input to those of the next, in bytes.</summary>
    public readonly nint WeightStep;

    public readonly int Taps;
    public readonly int Inputs;
    public readonly bool Rectify;

    private readonly int _size;

    /// <param name="weights">Of all panels.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="panel">The panel's first output.</param>
    /// <param name="width">The panel's outputs.</param>
    /// <param name="row">The first row to compute.</param>
    /// <param name="size">Bytes of a weight.</param>
    public PanelRows(WeightPanels weights, in ConvolutionRows rows, int panel, int width, int row, int size)
    {
        _size = size;
        Input = rows.Input + (row * rows.RowStep);
        RowStep = rows.RowStep;
        TapStep = rows.TapStep;
        InitialStep = rows.InitialStep;
        OutputStep = rows.OutputStep;
        WeightStep = width * size;
        Taps = weights.Taps;
        Inputs = weights.Inputs;
        Rectify = rows.Rectify;
        Weights = weights.Panel(panel, size);
        Initial = rows.Initial + (row * rows.InitialStep) + panel;
        Output = rows.Output + (row * rows.OutputStep) + panel;
        Remaining = width;
    }

    /// <summary>The weights of the next outputs.</summary>
    public byte* Weights { get; private set; }

    /// <summary>What the sums of the next outputs begin with, in the first row.</summary>
    public float* Initial { get; private set; }

    /// <summary>Where the next outputs go, in the first row.</summary>
    public float* Output { get; private set; }

    /// <summary>Outputs of the panel that are still to be computed.</summary>
    public int Remaining { get; private set; }

    /// <summary>Steps over outputs that have been computed.</summary>
    public void Advance(int outputs)
    {
        Weights += outputs * _size;
        Initial += outputs;
        Output += outputs;
        Remaining -= outputs;
    }
}
