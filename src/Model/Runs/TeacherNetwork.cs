using Speaker.Audio.Features;
using Speaker.Audio.Utterances;
using Speaker.Models;
using Speaker.Training.Network;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>A teacher in the tensor library, on a device that embeds many recordings at a time.</summary>
internal sealed class TeacherNetwork : IDisposable
{
    /// <summary>Frames of a batch, padding counted: what a graphics processor of 8 GB has room for.</summary>
    private const int MostFrames = 40_000;

    private readonly Encoder _encoder;
    private readonly ModelCard _card;
    private readonly torch.Device _device;

    /// <param name="model">Weights file.</param>
    /// <param name="card">The model's.</param>
    /// <param name="device">To embed on.</param>
    /// <exception cref="ModelException">The file is missing or damaged.</exception>
    public TeacherNetwork(string model, ModelCard card, torch.Device device)
    {
        _card = card;
        _device = device;
        _encoder = new Encoder(card.Encoder);
        EncoderWeights.ReadInto([model], _encoder);
        _encoder.to(device);
        _encoder.eval();
    }

    /// <summary>Divides recordings into batches of like lengths.</summary>
    /// <param name="entries">Of the recordings.</param>
    /// <param name="framesOf">The speech of an entry.</param>
    public static IReadOnlyList<int[]> Groups(IReadOnlyList<int> entries, Func<int, int> framesOf)
    {
        var groups = new List<int[]>();
        var group = new List<int>();
        // From the longest: the first of a group says how long its rows are.
        foreach (var entry in entries.OrderByDescending(framesOf))
        {
            if (group.Count > 0 && (group.Count + 1) * framesOf(group[0]) > MostFrames)
            {
                groups.Add([.. group]);
                group.Clear();
            }

            group.Add(entry);
        }

        groups.Add([.. group]);
        return groups;
    }

    /// <param name="recordings">Speech frames, not normalised; changed.</param>
    /// <returns>[D] for each, of unit length; 0 where there is no speech.</returns>
    public float[][] Embed(IReadOnlyList<FeatureMatrix> recordings)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var dimension = _card.Encoder.Dimension;
        var (coefficients, longest) = (_card.Encoder.Coefficients, recordings.Max(matrix => matrix.Frames));
        if (longest == 0)
        {
            return [.. recordings.Select(_ => new float[dimension])];
        }

        var features = new float[recordings.Count * longest * coefficients];
        var lengths = new long[recordings.Count];
        for (var i = 0; i < recordings.Count; i++)
        {
            var matrix = recordings[i];
            // The network embeds a frame or more: of silence, whose embedding is not used.
            lengths[i] = Math.Max(1, matrix.Frames);
            if (matrix.Frames > 0)
            {
                FrontEnd.Normalise(matrix, _card.FrontEnd.Normalisation);
                matrix.Values.CopyTo(features, i * longest * coefficients);
            }
        }

        var embeddings = _encoder
            .call(torch.tensor(features, [lengths.Length, longest, coefficients]).to(_device), torch.tensor(lengths))
            .cpu().contiguous().data<float>().ToArray();
        return [.. recordings.Select((matrix, i) => matrix.Frames > 0
            ? embeddings.AsSpan(i * dimension, dimension).ToArray()
            : new float[dimension])];
    }

    public void Dispose() => _encoder.Dispose();
}
