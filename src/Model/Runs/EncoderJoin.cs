using Speaker.Models;
using Speaker.Training.Network;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>Makes one encoder of several that read the same features: <see cref="EncoderArchitecture.Joined"/>.</summary>
internal static class EncoderJoin
{
    private const string Part = "branches.0.parts.";
    private const string Layer = "branches.0.join.";

    /// <summary>Puts the weights of the parts, and the linear layer over them, into a joined encoder.</summary>
    /// <param name="models">Weights files, in the order of the parts.</param>
    /// <param name="embeddings">Of each model, what it makes of the same recordings: [recordings, D_i], of unit length or
    /// 0.</param>
    /// <param name="weights">What each part weighs in the cosine of two embeddings.</param>
    /// <param name="encoder">On the CPU.</param>
    /// <exception cref="ModelException">A file is missing or damaged, or there are too few recordings.</exception>
    public static void ReadInto(
        IReadOnlyList<string> models,
        IReadOnlyList<float[]> embeddings,
        IReadOnlyList<double> weights,
        Encoder encoder)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var state = ModuleState.Of(encoder);
        for (var i = 0; i < models.Count; i++)
        {
            var prefix = $"{Part}{i}.";
            TensorFile.ReadInto(models[i], state.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal));
        }

        int[] dimensions = [.. encoder.Specification.Parts!.Select(part => part.Dimension)];
        var (matrix, offset) = PrincipalDirections.Of(
            PrincipalDirections.EndToEnd(embeddings, dimensions).Rows, dimensions, weights,
            encoder.Specification.Dimension);
        state[Layer + "weight"].copy_(matrix);
        state[Layer + "bias"].copy_(offset);
    }
}
