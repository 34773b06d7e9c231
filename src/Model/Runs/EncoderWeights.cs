using Speaker.Models;
using Speaker.Training.Network;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>Puts the weights of trained models into an encoder whose branches they are together.</summary>
internal static class EncoderWeights
{
    private const string Branch = "branches.";

    /// <param name="models">Weights files with their cards, in the order of the branches.</param>
    /// <param name="encoder">With as many branches as the models have together.</param>
    /// <exception cref="ModelException">
    /// A file is missing or damaged, the models are of another architecture, or have more or fewer branches together.
    /// </exception>
    public static void ReadInto(IReadOnlyList<string> models, Encoder encoder)
    {
        var counts = models.Select(model => ModelFiles.ReadCard(model).Encoder.Branches).ToArray();
        if (counts.Sum() != encoder.Specification.Branches)
        {
            throw new ModelException(
                $"{string.Join(" and ", models)} have {counts.Sum()} branches together, the encoder has "
                + $"{encoder.Specification.Branches}; set encoder.branches to that");
        }

        var state = ModuleState.Of(encoder);
        var first = 0;
        for (var model = 0; model < models.Count; model++)
        {
            var tensors = new Dictionary<string, torch.Tensor>(StringComparer.Ordinal);
            for (var branch = 0; branch < counts[model]; branch++)
            {
                var prefix = $"{Branch}{first + branch}.";
                foreach (var (name, tensor) in state)
                {
                    if (name.StartsWith(prefix, StringComparison.Ordinal))
                    {
                        tensors.Add($"{Branch}{branch}.{name[prefix.Length..]}", tensor);
                    }
                }
            }

            TensorFile.ReadInto(models[model], tensors);
            first += counts[model];
        }
    }
}
