using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Speaker.Audio.Numerics;

namespace Speaker.Inference;

/// <summary>
/// A 3 x 3 convolution of stride 1 by Winograd's minimal filtering, Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A (Lavin and Gray, "Fast
/// algorithms for convolutional neural networks", 2016), tile by tile: for each place of the transformed tiles the sum
/// over channels is a product of matrices, a chain of fused multiply-adds for each output. A tile of 4 x 4 outputs
/// takes a quarter of the products of the convolution written out. A tile's result does not depend on what it is worked
/// on with.
/// </summary>
internal static unsafe class WinogradConvolution
{
    /// <summary>Floats of transformed tiles that stay in the second cache with their products: 512 KiB.</summary>
    private const int MostFloats = 128 << 10;

    /// <summary>Tiles at a time: what the rows of the matrix product are fast at.</summary>
    private const int TileMultiple = ConvolutionKernels.MostRows;

    /// <summary>The matrix product takes about as long for one row as for four. Rows that are too many are whatever the
    /// memory holds, and nothing reads their products.</summary>
    private const int RowMultiple = 4;

    /// <summary>Between the places, so that they do not fall on the same lines of the first cache.</summary>
    private const int PlacePadding = 16;

    /// <summary>How many parts the work on a map is divided into.</summary>
    public static int Parts(WinogradWeights weights, FeatureMap map) =>
        (Tiles(weights, map) + TilesAtOnce(weights) - 1) / TilesAtOnce(weights);

    /// <summary>Computes a part: relu(convolution), or relu(convolution + output).</summary>
    /// <param name="weights">Kept alive by the caller.</param>
    /// <param name="part">Which of <see cref="Parts"/>.</param>
    /// <param name="input">Of the output's size.</param>
    /// <param name="output">Of the input's size, another map.</param>
    /// <param name="adds">Whether the output holds what is added.</param>
    /// <param name="scratch">The thread's.</param>
    public static void Compute(
        WinogradWeights weights, int part, FeatureMap input, FeatureMap output, bool adds, WinogradScratch scratch)
    {
        var first = part * TilesAtOnce(weights);
        var count = Math.Min(TilesAtOnce(weights), Tiles(weights, input) - first);
        var places = weights.Places;
        var rows = (count + RowMultiple - 1) / RowMultiple * RowMultiple;
        var inputStep = ((nint)rows * input.Channels) + PlacePadding;
        var productStep = ((nint)rows * weights.Channels) + PlacePadding;
        scratch.Inputs.Reserve(places.Length * (long)inputStep);
        scratch.Products.Reserve(places.Length * (long)productStep);
        var alongTime = AlongTime(input);
        for (var i = 0; i < count; i++)
        {
            var (band, frame) = Math.DivRem(first + i, alongTime);
            TransformInput(
                weights.BandTile, input.At((band * weights.BandTile) - 1, (frame * WinogradWeights.LargestTile) - 1),
                input.BandStep, input.Channels, scratch.Inputs.Start + ((nint)i * input.Channels), inputStep);
        }

        for (var place = 0; place < places.Length; place++)
        {
            Convolution.Compute(places[place], new ConvolutionRows
            {
                Count = rows,
                Input = scratch.Inputs.Start + (place * inputStep),
                RowStep = input.Channels,
                Initial = weights.Zeros,
                Output = scratch.Products.Start + (place * productStep),
                OutputStep = weights.Channels,
            });
        }

        for (var i = 0; i < count; i++)
        {
            var (band, frame) = Math.DivRem(first + i, alongTime);
            TransformOutput(
                weights, scratch.Products.Start + ((nint)i * weights.Channels), productStep, output,
                band * weights.BandTile, frame * WinogradWeights.LargestTile, adds);
        }
    }

    private static int TilesAtOnce(WinogradWeights weights)
    {
        var floats = weights.Places.Length * (PackedWeights.PaddedLength(weights.Inputs) + weights.Channels);
        return Math.Max(2, MostFloats / floats / TileMultiple) * TileMultiple;
    }

    private static int AlongTime(FeatureMap map) =>
        (map.Frames + WinogradWeights.LargestTile - 1) / WinogradWeights.LargestTile;

    private static int Tiles(WinogradWeights weights, FeatureMap map) =>
        (map.Bands + weights.BandTile - 1) / weights.BandTile * AlongTime(map);

    /// <summary>Bᵀ d B of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformInput(
        int bandTile, float* source, nint bandStep, int channels, float* target, nint placeStep)
    {
        const int Places = WinogradWeights.TimePlaces;
        var lanes = Vector256<float>.Count;
        var half = stackalloc float[Places * Places * Vector256<float>.Count];
        var rowStep = Places * lanes;
        for (var c = 0; c < channels; c += lanes)
        {
            if (bandTile == WinogradWeights.LargestTile)
            {
                for (var frame = 0; frame < Places; frame++)
                {
                    WinogradTransforms.InputOfFour(
                        source + ((nint)frame * channels) + c, bandStep, half + (frame * lanes), rowStep);
                }
            }
            else
            {
                for (var frame = 0; frame < Places; frame++)
                {
                    WinogradTransforms.InputOfTwo(
                        source + ((nint)frame * channels) + c, bandStep, half + (frame * lanes), rowStep);
                }
            }

            for (var band = 0; band < bandTile + 2; band++)
            {
                WinogradTransforms.InputOfFour(
                    half + (band * rowStep), lanes, target + (band * Places * placeStep) + c, placeStep);
            }
        }
    }

    /// <summary>Aᵀ m A of a tile, as much as its whole numbers are worth, with biases and what is added, as far as the map
    /// goes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformOutput(
        WinogradWeights weights, float* source, nint placeStep, FeatureMap output, int band, int frame, bool adds)
    {
        const int Places = WinogradWeights.TimePlaces;
        var lanes = Vector256<float>.Count;
        var half = stackalloc float[WinogradWeights.LargestTile * Places * Vector256<float>.Count];
        var row = stackalloc float[WinogradWeights.LargestTile * Vector256<float>.Count];
        var rowStep = Places * lanes;
        var channels = weights.Channels;
        var bands = Math.Min(weights.BandTile, output.Bands - band);
        var frames = Math.Min(WinogradWeights.LargestTile, output.Frames - frame);
        var bandStep = output.BandStep;
        var target = output.At(band, frame);
        var zero = Vector256<float>.Zero;
        for (var c = 0; c < channels; c += lanes)
        {
            if (weights.BandTile == WinogradWeights.LargestTile)
            {
                for (var place = 0; place < Places; place++)
                {
                    WinogradTransforms.OutputOfFour(
                        source + (place * placeStep) + c, Places * placeStep, half + (place * lanes), rowStep);
                }
            }
            else
            {
                for (var place = 0; place < Places; place++)
                {
                    WinogradTransforms.OutputOfTwo(
                        source + (place * placeStep) + c, Places * placeStep, half + (place * lanes), rowStep);
                }
            }

            var biases = Vector256.Load(weights.Biases + c);
            var scales = Vector256.Load(weights.Scales + c);
            for (var b = 0; b < bands; b++)
            {
                WinogradTransforms.OutputOfFour(half + (b * rowStep), lanes, row, lanes);
                var place = target + (b * bandStep) + c;
                for (var f = 0; f < frames; f++, place += channels)
                {
                    var sum = (Vector256.Load(row + (f * lanes)) * scales) + biases;
                    if (adds)
                    {
                        sum += Vector256.Load(place);
                    }

                    // What is not a number fails the comparison and stays.
                    Vector256.ConditionalSelect(Vector256.LessThan(sum, zero), zero, sum).Store(place);
                }
            }
        }
    }
}
