using Speaker.Models;
using Speaker.Training.Distances;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>How the embeddings of several teachers become one of each recording.</summary>
/// <remarks>
/// Each teacher's, less their mean over the recordings and of unit length, times the root of its weight, end to end:
/// the cosine of two recordings is then the weighted mean of the teachers' cosines. Of these the
/// <see cref="PrincipalDirections"/> are kept, turned towards what the run starts from: cosines stay as they are, and
/// the network need not turn its space.
/// </remarks>
/// <param name="Weights">What each teacher weighs in the cosine.</param>
/// <param name="Dimension">Numbers of an embedding, where the teachers have as many together.</param>
/// <param name="Start">What the models whose weights are started from make of the same recordings, one for each branch,
/// in their order; none: the directions stay as they are.</param>
internal sealed record TeacherJoin(
    IReadOnlyList<double> Weights, int Dimension, IReadOnlyList<BankEmbeddings> Start)
{
    /// <param name="teachers">In the order of the weights.</param>
    /// <returns>Of unit length; 0 where a teacher has nothing of a recording.</returns>
    /// <exception cref="ModelException">There are too few recordings.</exception>
    public BankEmbeddings Join(IReadOnlyList<BankEmbeddings> teachers)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        int[] dimensions = [.. teachers.Select(taught => taught.Dimension)];
        var (ends, heard) = PrincipalDirections.EndToEnd([.. teachers.Select(Centred)], dimensions);
        var (matrix, _) = PrincipalDirections.Of(ends, dimensions, Weights, Math.Min(Dimension, dimensions.Sum()));
        var joined = CosineDistance.ToUnitLength(
            torch.tensor(ends, [heard.Length, dimensions.Sum()]).matmul(matrix.t()));
        if (Start.Count > 0)
        {
            joined = joined.matmul(Rotation(joined, heard));
        }

        var dimension = (int)joined.shape[1];
        var values = joined.contiguous().data<float>().ToArray();
        var rows = new float[teachers[0].Rows.Length / dimensions[0] * dimension];
        for (var i = 0; i < heard.Length; i++)
        {
            values.AsSpan(i * dimension, dimension).CopyTo(rows.AsSpan(heard[i] * dimension));
        }

        return new BankEmbeddings(rows, dimension, teachers[0].Speeds);
    }

    /// <summary>
    /// The rotation of the joined embeddings that brings them nearest to those of the start, in the sum of squares
    /// (Schönemann, 1966, "A generalized solution of the orthogonal Procrustes problem"), both as targets are: less
    /// their mean, of unit length.
    /// </summary>
    /// <param name="joined">[heard, D].</param>
    /// <param name="heard">The recordings.</param>
    /// <returns>[D, D], to multiply with from the right.</returns>
    private torch.Tensor Rotation(torch.Tensor joined, int[] heard)
    {
        var started = torch.cat([.. Start.Select(branch => torch.tensor(
            branch.Rows, [branch.Rows.Length / branch.Dimension, branch.Dimension]))], 1);
        var (from, to) = (AsTargets(joined), AsTargets(started.index_select(0, torch.tensor(heard))));
        var (left, _, right) = torch.linalg.svd(from.t().matmul(to), fullMatrices: false);
        return left.matmul(right).to_type(torch.ScalarType.Float32);
    }

    private static torch.Tensor AsTargets(torch.Tensor embeddings)
    {
        var rows = embeddings.contiguous().data<float>().ToArray();
        TeacherTargets.Centre(rows, (int)embeddings.shape[1]);
        return torch.tensor(rows, embeddings.shape).to_type(torch.ScalarType.Float64);
    }

    private static float[] Centred(BankEmbeddings taught)
    {
        var rows = (float[])taught.Rows.Clone();
        TeacherTargets.Centre(rows, taught.Dimension);
        return rows;
    }
}
