using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Speaker.Audio.Numerics;

namespace Speaker.Inference;

/// <summary>
/// The weights of a 3 x 3 convolution of stride 1 as <see cref="WinogradConvolution"/> multiplies them: each kernel g
/// becomes G g Gᵀ (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016), a matrix of channels for
/// each of its places. They are kept as whole numbers of 16 bits, since they are up to four times as many as the weights
/// themselves: of each channel that comes out what one is worth is one number, for all places. Immutable.
/// </summary>
internal sealed unsafe class WinogradWeights
{
    /// <summary>Outputs of a tile in time, and the most in frequency.</summary>
    public const int LargestTile = 4;

    /// <summary>Places of a transformed tile in time.</summary>
    public const int TimePlaces = LargestTile + Kernel - 1;

    private const int Kernel = 3;

    private const int Taps = Kernel * Kernel;

    /// <summary>No number of G g Gᵀ is greater than so many times the greatest of g where G is that of two outputs in
    /// frequency: the greatest sum of the magnitudes of a row. For four outputs it is 1.</summary>
    private const float GreatestOfTwo = 1.5f;

    private readonly WholeWeights[] _places;
    private readonly AlignedBuffer _biases;
    private readonly AlignedBuffer _scales;
    private readonly AlignedBuffer _zeros;

    /// <param name="weights">The file.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="inputs">Channels.</param>
    /// <param name="outputs">Channels.</param>
    /// <param name="buffer">Used again from layer to layer.</param>
    /// <param name="bandTile">Outputs of a tile in frequency, 2 or 4: the larger takes three quarters of the products
    /// and half as much memory again.</param>
    /// <exception cref="ModelException">A tensor is missing or has another shape.</exception>
    public WinogradWeights(
        WeightReader weights, string name, ref float[] buffer, int inputs, int outputs, int bandTile)
    {
        BandTile = bandTile;
        Inputs = inputs;
        var values = weights.Read($"{name}.weight", ref buffer, outputs, inputs, Kernel, Kernel);
        _places = new WholeWeights[(bandTile + Kernel - 1) * TimePlaces];
        for (var place = 0; place < _places.Length; place++)
        {
            _places[place] = new WholeWeights(outputs, inputs);
        }

        Channels = _places[0].PaddedOutputs;
        _biases = new AlignedBuffer(Channels);
        weights.Read($"{name}.bias", outputs).CopyTo(_biases.Span);
        _zeros = new AlignedBuffer(Channels);
        _scales = new AlignedBuffer(Channels);
        var greatest = bandTile == LargestTile ? 1 : GreatestOfTwo;
        for (var output = 0; output < outputs; output++)
        {
            var kernels = values.Slice(output * inputs * Taps, inputs * Taps);
            _scales.Span[output] = greatest * MathF.Abs(TensorPrimitives.MaxMagnitude(kernels)) / short.MaxValue;
        }

        fixed (float* start = values)
        {
            Transform(start, outputs);
        }
    }

    /// <summary>Outputs of a tile in frequency.</summary>
    public int BandTile { get; }

    /// <summary>Channels that come in.</summary>
    public int Inputs { get; }

    /// <summary>Channels that come out, filled up to whole vectors.</summary>
    public int Channels { get; }

    /// <summary>[<see cref="Channels"/>].</summary>
    public float* Biases => _biases.Start;

    /// <summary>[<see cref="Channels"/>], what a product of whole numbers is worth.</summary>
    public float* Scales => _scales.Start;

    /// <summary>[<see cref="Channels"/>], what sums begin with.</summary>
    public float* Zeros => _zeros.Start;

    /// <summary>One matrix for each place of a transformed tile, band after band.</summary>
    public ReadOnlySpan<WholeWeights> Places => _places;

    /// <summary>Vectors lie across outputs, as the packed weights do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(float* kernels, int outputs)
    {
        var lanes = Vector256<float>.Count;
        var bands = BandTile + Kernel - 1;
        var kernel = stackalloc float[Taps * lanes];
        var half = stackalloc float[TimePlaces * Kernel * lanes];
        var whole = stackalloc float[TimePlaces * TimePlaces * lanes];
        int width;
        for (var panel = 0; panel < Channels; panel += width)
        {
            width = PackedWeights.PanelWidth(Channels - panel);
            for (var input = 0; input < Inputs; input++)
            {
                for (var part = 0; part < width; part += lanes)
                {
                    var scales = Vector256.Load(_scales.Start + panel + part);
                    // Of a channel without weights: nothing divided by nothing would be no number.
                    var ofOne = Vector256.ConditionalSelect(
                        Vector256.Equals(scales, Vector256<float>.Zero), scales, Vector256<float>.One / scales);
                    new Span<float>(kernel, Taps * lanes).Clear();
                    for (var lane = 0; lane < Math.Min(lanes, outputs - panel - part); lane++)
                    {
                        var source = kernels + ((((nint)(panel + part + lane) * Inputs) + input) * Taps);
                        for (var tap = 0; tap < Taps; tap++)
                        {
                            kernel[(tap * lanes) + lane] = source[tap];
                        }
                    }

                    for (var frame = 0; frame < Kernel; frame++)
                    {
                        var column = kernel + (frame * lanes);
                        WinogradTransforms.Kernel(
                            BandTile, column, Kernel * lanes, half + (frame * lanes), Kernel * lanes);
                    }

                    for (var band = 0; band < bands; band++)
                    {
                        WinogradTransforms.Kernel(
                            LargestTile, half + (band * Kernel * lanes), lanes, whole + (band * TimePlaces * lanes),
                            lanes);
                    }

                    for (var place = 0; place < bands * TimePlaces; place++)
                    {
                        var rounded = Vector256.ConvertToInt32(Vector256.Round(
                            Vector256.Load(whole + (place * lanes)) * ofOne));
                        Vector128.Narrow(rounded.GetLower(), rounded.GetUpper()).Store(
                            _places[place].PanelStart(panel) + ((nint)input * width) + part);
                    }
                }
            }
        }
    }
}
