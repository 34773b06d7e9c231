using Speaker.Training.Distances;
using TorchSharp;

namespace Speaker.Training.Losses;

/// <summary>
/// GE2E, the softmax form (Wan et al., 2018, "Generalized end-to-end loss for speaker verification", equations 6, 8 and
/// 9): every utterance is to be told, by scaled cosine, to the centroid of its own speaker among those of all speakers
/// of the batch. Its own centroid is that of the speaker's other utterances. Averaged over the utterances.
/// </summary>
/// <remarks>
/// A speaker's only utterance is passed over, but its embedding is a centroid to the others. The paper scales the
/// gradient of the scale by 0.01; Adam's steps do not depend on that, so it is not done here.
/// </remarks>
internal sealed class GeneralizedEndToEndLoss() : CentroidSoftmax(nameof(GeneralizedEndToEndLoss))
{
    public override torch.Tensor forward(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = torch.NewDisposeScope();
        var embeddings = batch.Embeddings;
        var speakers = BatchSpeakers.Of(batch.Labels);
        var (members, speakerOf) = Membership(speakers, batch.Labels.Length);
        var judged = speakers.Where(rows => rows.Length > 1).SelectMany(rows => rows).Order().ToArray();
        if (judged.Length == 0 || speakers.Length < 2)
        {
            return Nothing(embeddings).MoveToOuterDisposeScope();
        }

        var unit = CosineDistance.ToUnitLength(embeddings);
        // Sums instead of means: the cosine only knows their direction.
        var sums = torch.tensor(members, [speakers.Length, batch.Labels.Length])
            .to_type(embeddings.dtype).to(embeddings.device).matmul(unit);
        var chosen = torch.tensor(judged).to(embeddings.device);
        var targets = torch.tensor(judged.Select(row => speakerOf[row]).ToArray()).to(embeddings.device);
        var utterances = unit.index_select(0, chosen);
        var cosines = utterances.matmul(CosineDistance.ToUnitLength(sums).transpose(0, 1));
        var others = CosineDistance.ToUnitLength(sums.index_select(0, targets) - utterances);
        var own = (utterances * others).sum(1, true);
        var column = targets.unsqueeze(1);
        return CrossEntropy(cosines.scatter_add(1, column, own - cosines.gather(1, column)), targets)
            .MoveToOuterDisposeScope();
    }

    /// <summary>[speakers, B], 1 where the row is of the speaker, and each row's speaker.</summary>
    private static (float[] Members, long[] SpeakerOf) Membership(long[][] speakers, int rows)
    {
        var members = new float[speakers.Length * rows];
        var speakerOf = new long[rows];
        for (var i = 0; i < speakers.Length; i++)
        {
            foreach (var row in speakers[i])
            {
                members[(i * rows) + row] = 1;
                speakerOf[row] = i;
            }
        }

        return (members, speakerOf);
    }
}
