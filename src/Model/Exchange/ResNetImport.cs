using System.Globalization;
using Speaker.Audio.Features;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Training.Exchange;

/// <summary>
/// Makes a model of a ResNet34's weights that others trained (the ones of WeSpeaker, batch normalisation folded in),
/// with a front end that computes what they were trained on.
/// </summary>
/// <remarks>
/// The file is safetensors: stem, stageN.blockM.conv1, .conv2 and .shortcut, and embedding, each with .weight, in
/// half precision or float32, and .bias. Its metadata "source" and "licence" go into the card.
/// </remarks>
internal static class ResNetImport
{
    private const string Branch = "branches.0.";

    /// <summary>
    /// Kaldi's filter bank as WeSpeaker sets it, as cepstra: 80 bands from 20 to 8,000 Hz, Hamming window, the mean
    /// taken out of each frame, the level as it is.
    /// </summary>
    /// <remarks>
    /// Kaldi multiplies samples by 2^15 and holds powers at 2^-23. Of samples as they are, that is 2^-53; what the
    /// factor adds to every logarithm goes with the utterance's mean.
    /// </remarks>
    public static FrontEndSpecification FrontEnd { get; } = new()
    {
        MelBands = 80,
        Cepstra = 80,
        LowFrequency = 20,
        HighFrequency = 8000,
        KaldiFrames = true,
        SpeechLevel = null,
        // Half way between pauses cut and pauses as they came, which both serve it less: docs/model.md.
        SpeechMargin = 0.3,
        LogFloor = Math.ScaleB(1, -53),
    };

    /// <summary>Reads such a file, checks that it is one, and writes the model.</summary>
    /// <param name="file">The weights.</param>
    /// <param name="weightsPath">NAME.safetensors to write, with its card and page beside it.</param>
    /// <returns>The card as written.</returns>
    /// <exception cref="ModelException">A file cannot be read or written, or the weights are not a
    /// ResNet34's.</exception>
    public static ModelCard Import(string file, string weightsPath)
    {
        ArgumentNullException.ThrowIfNull(weightsPath);
        var stored = Safetensors.Read(file);
        var metadata = Safetensors.ReadMetadata(file);
        var weights = stored.ToDictionary(
            pair => Branch + NameHere(pair.Key), pair => pair.Value, StringComparer.Ordinal);
        var card = new ModelCard
        {
            Name = Path.GetFileNameWithoutExtension(weightsPath),
            FrontEnd = FrontEnd,
            Encoder = Specification(stored, file),
            Origins =
            [
                new WeightsOrigin(
                    metadata.GetValueOrDefault("source", "not named in the file"),
                    metadata.GetValueOrDefault("licence", "not named in the file"),
                    "the tensors were renamed, no value was changed"),
            ],
        };
        // Says which tensor is missing, of another shape, or one too many.
        _ = new EncoderNetwork(card.Encoder, weights, file);
        card = ModelFiles.Save(weightsPath, weights, card);
        var page = ModelCardPage.Of(card);
        AtomicFile.Write(ModelFiles.PagePathOf(weightsPath), stream => stream.Write(page));
        return card;
    }

    /// <summary>stage2.block0.conv1.bias there is stages.1.0.conv1.bias here.</summary>
    private static string NameHere(string name)
    {
        var parts = name.Split('.');
        return parts.Length == 4 && Number(parts[0], "stage") is { } stage && Number(parts[1], "block") is { } block
            ? string.Create(CultureInfo.InvariantCulture, $"stages.{stage - 1}.{block}.{parts[2]}.{parts[3]}")
            : name;
    }

    private static int? Number(string text, string before) =>
        text.StartsWith(before, StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(before.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static EncoderSpecification Specification(IReadOnlyDictionary<string, StoredTensor> stored, string file)
    {
        if (!stored.TryGetValue("stem.weight", out var stem) || !stored.TryGetValue("embedding.bias", out var embedding)
            || stem.Shape.Length != 4 || embedding.Shape.Length != 1)
        {
            throw new ModelException(
                $"{file} is not a ResNet34's weights: it needs tensors stem.weight of four dimensions and " +
                "embedding.bias of one; import reads such files only");
        }

        var blocks = new List<int>();
        while (stored.ContainsKey(First(blocks.Count, 0)))
        {
            var count = 1;
            while (stored.ContainsKey(First(blocks.Count, count)))
            {
                count++;
            }

            blocks.Add(count);
        }

        var whole = EncoderSpecification.ResNet34;
        return whole with
        {
            Width = checked((int)stem.Shape[0]),
            Dimension = checked((int)embedding.Shape[0]),
            StageBlocks = blocks.SequenceEqual(whole.BlocksOfStages) ? null : blocks,
        };

        static string First(int stage, int block) => string.Create(
            CultureInfo.InvariantCulture, $"stage{stage + 1}.block{block}.conv1.weight");
    }
}
