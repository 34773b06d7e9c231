using Speaker.Training.Distances;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>
/// Angular prototypical (Chung et al., 2020, "In defence of metric learning for speaker recognition", section 2.4): the
/// last utterance of every speaker of the batch is to be told, by scaled cosine, to the mean of that speaker's other
/// ones among the means of all speakers.
/// </summary>
/// <remarks>Speakers with one utterance in the batch are passed over.</remarks>
internal sealed class AngularPrototypicalLoss() : CentroidSoftmax(nameof(AngularPrototypicalLoss))
{
    public override torch.Tensor forward(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = torch.NewDisposeScope();
        var embeddings = batch.Embeddings;
        var speakers = BatchSpeakers.Of(batch.Labels).Where(rows => rows.Length > 1).ToArray();
        if (speakers.Length < 2)
        {
            return Nothing(embeddings).MoveToOuterDisposeScope();
        }

        var unit = CosineDistance.ToUnitLength(embeddings);
        var queries = torch.tensor(speakers.Select(rows => rows[^1]).ToArray()).to(embeddings.device);
        var prototypes = CosineDistance.ToUnitLength(Means(speakers, batch.Labels.Length, embeddings).matmul(unit));
        var targets = torch.tensor(Enumerable.Range(0, speakers.Length).Select(i => (long)i).ToArray())
            .to(embeddings.device);
        return CrossEntropy(unit.index_select(0, queries).matmul(prototypes.transpose(0, 1)), targets)
            .MoveToOuterDisposeScope();
    }

    /// <summary>[speakers, B]: a row averages all but the last of its speaker's rows.</summary>
    private static torch.Tensor Means(long[][] speakers, int rows, torch.Tensor like)
    {
        var weights = new float[speakers.Length * rows];
        for (var i = 0; i < speakers.Length; i++)
        {
            foreach (var row in speakers[i][..^1])
            {
                weights[(i * rows) + row] = 1f / (speakers[i].Length - 1);
            }
        }

        return torch.tensor(weights, [speakers.Length, rows]).to_type(like.dtype).to(like.device);
    }
}
