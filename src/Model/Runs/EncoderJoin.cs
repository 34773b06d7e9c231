using System.Numerics.Tensors;
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

        var (matrix, offset) = PrincipalDirections(
            embeddings, [.. encoder.Specification.Parts!.Select(part => part.Dimension)], weights,
            encoder.Specification.Dimension);
        state[Layer + "weight"].copy_(matrix);
        state[Layer + "bias"].copy_(offset);
    }

    /// <summary>
    /// The directions in which the weighted embeddings, end to end, differ most between recordings (Pearson, 1901): their
    /// cosines, the mean taken out, in as many numbers as the joined embedding has.
    /// </summary>
    private static (torch.Tensor Matrix, torch.Tensor Offset) PrincipalDirections(
        IReadOnlyList<float[]> embeddings, int[] dimensions, IReadOnlyList<double> weights, int dimension)
    {
        float[] scales = [.. dimensions.SelectMany((size, i) => Enumerable.Repeat((float)Math.Sqrt(weights[i]), size))];
        int[] heard = [.. Enumerable.Range(0, embeddings[0].Length / dimensions[0]).Where(
            recording => Row(0, recording).ContainsAnyExcept(0f))];
        if (heard.Length <= scales.Length)
        {
            throw new ModelException(
                $"{heard.Length} recordings with speech are too few to join encoders of {scales.Length} numbers together: "
                + $"more than {scales.Length} are needed");
        }

        var rows = new float[heard.Length * scales.Length];
        var mean = new float[scales.Length];
        for (var i = 0; i < heard.Length; i++)
        {
            var row = rows.AsSpan(i * scales.Length, scales.Length);
            var rest = row;
            for (var part = 0; part < dimensions.Length; part++)
            {
                Row(part, heard[i]).CopyTo(rest);
                rest = rest[dimensions[part]..];
            }

            TensorPrimitives.Multiply(row, scales, row);
            TensorPrimitives.MultiplyAdd(row, 1f / heard.Length, mean, mean);
        }

        for (var i = 0; i < heard.Length; i++)
        {
            var row = rows.AsSpan(i * scales.Length, scales.Length);
            TensorPrimitives.Subtract(row, mean, row);
        }

        var centred = torch.tensor(rows, [heard.Length, scales.Length]).to_type(torch.ScalarType.Float64);
        var (_, directions) = torch.linalg.eigh(centred.t().matmul(centred));
        // The last ones differ most.
        var kept = directions.narrow(1, scales.Length - dimension, dimension).t().to_type(torch.ScalarType.Float32);
        return (kept.mul(torch.tensor(scales)), kept.matmul(torch.tensor(mean)).neg());

        ReadOnlySpan<float> Row(int part, int recording) =>
            embeddings[part].AsSpan(recording * dimensions[part], dimensions[part]);
    }
}
