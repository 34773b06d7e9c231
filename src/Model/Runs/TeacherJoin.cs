using Speaker.Models;
using Speaker.Training.Distances;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>How the embeddings of several teachers become one of each recording.</summary>
/// <remarks>
/// Each teacher's, less their mean over the recordings and of unit length, times the root of its weight, end to end:
/// the cosine of two recordings is then the weighted mean of the teachers' cosines. Of these the
/// <see cref="PrincipalDirections"/> are kept, turned towards what the run starts from: cosines stay as they are, and
/// the network need not turn its space. Where weights go with the length of a crop, directions and turn are those of the
/// weights half way.
/// </remarks>
/// <param name="Weights">What each teacher weighs in the cosine, of the shortest crops where there are others.</param>
/// <param name="LongWeights">Those of the longest crops; none: the same.</param>
/// <param name="Dimension">Numbers of an embedding, where the teachers have as many together.</param>
/// <param name="Start">What the models whose weights are started from make of the same recordings, one for each branch,
/// in their order; none: the directions stay as they are.</param>
internal sealed record TeacherJoin(
    IReadOnlyList<double> Weights, IReadOnlyList<double> LongWeights, int Dimension, IReadOnlyList<BankEmbeddings> Start)
{
    /// <param name="teachers">In the order of the weights.</param>
    /// <returns>For the shortest crops and for the longest, null where the length does not matter. Of unit length; 0
    /// where a teacher has nothing of a recording.</returns>
    /// <exception cref="ModelException">There are too few recordings.</exception>
    public (BankEmbeddings Short, BankEmbeddings? Long) Join(IReadOnlyList<BankEmbeddings> teachers)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        int[] dimensions = [.. teachers.Select(taught => taught.Dimension)];
        var (ends, heard) = PrincipalDirections.EndToEnd([.. teachers.Select(Centred)], dimensions);
        double[] halfWay = LongWeights.Count == 0 ? [.. Weights] : [.. Weights.Zip(LongWeights, (a, b) => (a + b) / 2)];
        var (matrix, _) = PrincipalDirections.Of(ends, dimensions, halfWay, Math.Min(Dimension, dimensions.Sum()));
        var rows = torch.tensor(ends, [heard.Length, dimensions.Sum()]);
        var turn = Start.Count > 0 ? Rotation(Weighted(halfWay), heard) : null;
        return (OfBank(Weights), LongWeights.Count == 0 ? null : OfBank(LongWeights));

        torch.Tensor Weighted(IReadOnlyList<double> weights)
        {
            float[] scales =
            [
                .. dimensions.SelectMany(
                    (size, i) => Enumerable.Repeat((float)Math.Sqrt(weights[i] / halfWay[i]), size)),
            ];
            return CosineDistance.ToUnitLength(rows.matmul(matrix.mul(torch.tensor(scales)).t()));
        }

        BankEmbeddings OfBank(IReadOnlyList<double> weights)
        {
            var joined = Weighted(weights);
            joined = turn is null ? joined : joined.matmul(turn);
            var dimension = (int)joined.shape[1];
            var values = joined.contiguous().data<float>().ToArray();
            var ofBank = new float[teachers[0].Rows.Length / dimensions[0] * dimension];
            for (var i = 0; i < heard.Length; i++)
            {
                values.AsSpan(i * dimension, dimension).CopyTo(ofBank.AsSpan(heard[i] * dimension));
            }

            return new BankEmbeddings(ofBank, dimension, teachers[0].Speeds);
        }
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
