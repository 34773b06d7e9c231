using System.Security.Cryptography;
using Speaker.Audio.Numerics;

namespace Speaker.Audio.SpeechDetection.TimeDelayNetwork;

/// <summary>
/// The small time-delay network (Waibel et al. 1989) that tells speech from other sounds: what each frame is judged by
/// and the weights. Rectified between layers; the last has one output, the log-odds of speech. Immutable.
/// </summary>
internal sealed class SpeechNetwork
{
    /// <summary>Values of a frame that every network reads.</summary>
    public const int Features = 40;

    private const string ResourceName = "speech.network";
    private const uint Magic = 0x314E5053;
    private const int MostValues = 1 << 20;

    private static readonly Lazy<SpeechNetwork> ShippedNetwork = new(() =>
    {
        using var resource = typeof(SpeechNetwork).Assembly.GetManifestResourceStream(ResourceName)!;
        return Read(resource);
    });

    /// <param name="means">Taken from each input of a frame; <see cref="Features"/> of them.</param>
    /// <param name="scales">What each is then multiplied by.</param>
    /// <param name="layers">In order; what one gives the next takes.</param>
    /// <exception cref="AudioException">The sizes do not fit each other.</exception>
    public SpeechNetwork(float[] means, float[] scales, IReadOnlyList<SpeechNetworkLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(scales);
        ArgumentNullException.ThrowIfNull(layers);
        var values = Features;
        Require(means.Length == values && scales.Length == values, "it reads other features");
        foreach (var layer in layers)
        {
            Require(
                layer.Inputs == values && layer.Outputs > 0 && layer.Taps > 0 && layer.Dilation > 0
                && layer.Ahead >= 0 && layer.Ahead <= (layer.Taps - 1) * layer.Dilation
                && layer.Weights.Length == layer.Outputs * layer.Taps * layer.Inputs
                && layer.Biases.Length == layer.Outputs,
                "its layers do not fit each other");
            values = layer.Outputs;
        }

        Require(layers.Count > 0 && values == 1, "its last layer must have one output");
        Means = means;
        Scales = scales;
        Layers = layers;
        PackedWeights = [.. layers.Select(layer => new PackedWeights(
            layer.Outputs, layer.Taps, layer.Inputs, layer.Weights,
            WeightLayout.TapsOutside(layer.Taps, layer.Inputs), layer.Biases))];
        using var bytes = new MemoryStream();
        Write(bytes);
        Name = Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()))[..16];
    }

    /// <summary>The network that this build listens with.</summary>
    public static SpeechNetwork Shipped => ShippedNetwork.Value;

    public IReadOnlyList<float> Means { get; }

    public IReadOnlyList<float> Scales { get; }

    public IReadOnlyList<SpeechNetworkLayer> Layers { get; }

    /// <summary>The weights of each layer as they are computed with.</summary>
    public IReadOnlyList<PackedWeights> PackedWeights { get; }

    /// <summary>Names the weights: the first 16 hex digits of their SHA-256.</summary>
    public string Name { get; }

    /// <summary>How many frames after its own a decision waits for.</summary>
    public int LookAhead => Layers.Sum(layer => layer.Ahead);

    /// <exception cref="AudioException">The stream holds something else.</exception>
    public static SpeechNetwork Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        try
        {
            Require(reader.ReadUInt32() == Magic, "it begins otherwise");
            var means = Floats(Features);
            var scales = Floats(Features);
            var layers = new SpeechNetworkLayer[Size(16)];
            for (var i = 0; i < layers.Length; i++)
            {
                var (inputs, outputs, taps) = (Size(4096), Size(4096), Size(64));
                var (dilation, ahead) = (Size(4096), Size(4096));
                layers[i] = new SpeechNetworkLayer(
                    inputs, outputs, taps, dilation, ahead, Floats((long)outputs * taps * inputs), Floats(outputs));
            }

            return new SpeechNetwork(means, scales, layers);
        }
        catch (EndOfStreamException)
        {
            throw Unreadable("it ends early");
        }

        int Size(int most)
        {
            var value = reader.ReadInt32();
            Require(value >= 0 && value <= most, "a size is out of range");
            return value;
        }

        float[] Floats(long count)
        {
            Require(count <= MostValues, "a layer is too large");
            var values = new float[count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = reader.ReadSingle();
                Require(float.IsFinite(values[i]), "a weight is not finite");
            }

            return values;
        }
    }

    /// <summary>Little-endian: a magic number, means, scales, the count of layers, and each with its sizes.</summary>
    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        Floats(Means);
        Floats(Scales);
        writer.Write(Layers.Count);
        foreach (var layer in Layers)
        {
            writer.Write(layer.Inputs);
            writer.Write(layer.Outputs);
            writer.Write(layer.Taps);
            writer.Write(layer.Dilation);
            writer.Write(layer.Ahead);
            Floats(layer.Weights);
            Floats(layer.Biases);
        }

        void Floats(IEnumerable<float> values)
        {
            foreach (var value in values)
            {
                writer.Write(value);
            }
        }
    }

    private static void Require(bool holds, string fault)
    {
        if (!holds)
        {
            throw Unreadable(fault);
        }
    }

    private static AudioException Unreadable(string fault) =>
        new($"This is not a speech detector's network: {fault}. Make one with speaker train --detector.");
}
