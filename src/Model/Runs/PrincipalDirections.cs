using System.Numerics.Tensors;
using Speaker.Models;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>
/// The directions in which embeddings of several encoders, end to end, differ most between recordings (Pearson, 1901):
/// their weighted cosines in fewer numbers.
/// </summary>
internal static class PrincipalDirections
{
    /// <summary>Puts the embeddings of each recording end to end.</summary>
    /// <param name="embeddings">Of each encoder, what it makes of the same recordings: [recordings, D_i].</param>
    /// <param name="dimensions">D_i.</param>
    /// <returns>[heard, Σ D_i], and the recordings that each encoder has an embedding other than 0 of.</returns>
    public static (float[] Rows, int[] Heard) EndToEnd(IReadOnlyList<float[]> embeddings, IReadOnlyList<int> dimensions)
    {
        int[] heard =
        [
            .. Enumerable.Range(0, embeddings[0].Length / dimensions[0]).Where(recording =>
                Enumerable.Range(0, embeddings.Count).All(i => Row(i, recording).ContainsAnyExcept(0f))),
        ];
        var rows = new float[heard.Length * dimensions.Sum()];
        var rest = rows.AsSpan();
        foreach (var recording in heard)
        {
            for (var i = 0; i < embeddings.Count; i++)
            {
                Row(i, recording).CopyTo(rest);
                rest = rest[dimensions[i]..];
            }
        }

        return (rows, heard);

        ReadOnlySpan<float> Row(int i, int recording) =>
            embeddings[i].AsSpan(recording * dimensions[i], dimensions[i]);
    }

    /// <param name="rows">[recordings, Σ D_i], see <see cref="EndToEnd"/>.</param>
    /// <param name="dimensions">D_i.</param>
    /// <param name="weights">What each encoder weighs in the cosine.</param>
    /// <param name="dimension">D, how many directions are kept, at most Σ D_i.</param>
    /// <returns>What turns a row into its places along the directions: [D, Σ D_i], the weights in it; and what is then
    /// added to take out the mean: [D].</returns>
    /// <exception cref="ModelException">There are too few recordings.</exception>
    public static (torch.Tensor Matrix, torch.Tensor Offset) Of(
        float[] rows, IReadOnlyList<int> dimensions, IReadOnlyList<double> weights, int dimension)
    {
        float[] scales = [.. dimensions.SelectMany((size, i) => Enumerable.Repeat((float)Math.Sqrt(weights[i]), size))];
        var recordings = rows.Length / scales.Length;
        if (recordings <= scales.Length)
        {
            throw new ModelException(
                $"{recordings} recordings with speech are too few to join embeddings of {scales.Length} numbers "
                + $"together: more than {scales.Length} are needed");
        }

        var centred = new float[rows.Length];
        var mean = new float[scales.Length];
        for (var at = 0; at < rows.Length; at += scales.Length)
        {
            var row = centred.AsSpan(at, scales.Length);
            TensorPrimitives.Multiply(rows.AsSpan(at, scales.Length), scales, row);
            TensorPrimitives.MultiplyAdd(row, 1f / recordings, mean, mean);
        }

        for (var at = 0; at < rows.Length; at += scales.Length)
        {
            var row = centred.AsSpan(at, scales.Length);
            TensorPrimitives.Subtract(row, mean, row);
        }

        var differences = torch.tensor(centred, [recordings, scales.Length]).to_type(torch.ScalarType.Float64);
        var (_, directions) = torch.linalg.eigh(differences.t().matmul(differences));
        // The last ones differ most.
        var kept = directions.narrow(1, scales.Length - dimension, dimension).t().to_type(torch.ScalarType.Float32);
        return (kept.mul(torch.tensor(scales)), kept.matmul(torch.tensor(mean)).neg());
    }
}
