using System.Security.Cryptography;
using Speaker.Audio;
using Speaker.Model.Scoring;
using TorchSharp;

namespace Speaker.Model.Encoding;

/// <summary>A trained model: features of an utterance in, unit-length embedding out.</summary>
/// <remarks>
/// Any number of threads may embed at once; nothing is locked or shared but the weights. Each call computes on one
/// thread: the same features give the same embedding bit for bit however many processors there are and whatever else
/// runs, and throughput comes from embedding several utterances at a time.
/// <para>
/// There are no random crops. An utterance above <see cref="MaximumSeconds"/> is cut into the fewest equal pieces below
/// it; each is normalised and embedded as an utterance of its own, and <see cref="EmbeddingMean"/> joins them, as it
/// joins the stretches of a long recording. Memory is that of one piece.
/// </para>
/// <para>
/// Loading the tensor library is the longest part of a short program's run. <see cref="Load"/> leaves it, and the
/// building of the network, to another thread, so that the caller may read sound meanwhile; the first embedding waits.
/// </para>
/// </remarks>
public sealed class VoiceEncoder : IDisposable
{
    /// <summary>The longest sound that is embedded in one piece, and the most that a padded batch holds.</summary>
    public const int MaximumSeconds = 60;

    /// <summary>Stretches of long recordings are padded to multiples of this.</summary>
    private const int StretchStepSeconds = 10;

    private readonly Task<Encoder> _encoder;
    private readonly int _maximumFrames;
    private readonly int _stretchStepFrames;

    private VoiceEncoder(Task<Encoder> encoder, ModelCard card, string hash, Scorer scorer)
    {
        _encoder = encoder;
        Card = card;
        Hash = hash;
        Scorer = scorer;
        _maximumFrames = Math.Max(1, MaximumSeconds * card.FrontEnd.SampleRate / card.FrontEnd.HopLength);
        _stretchStepFrames = Math.Max(1, StretchStepSeconds * card.FrontEnd.SampleRate / card.FrontEnd.HopLength);
    }

    public ModelCard Card { get; }

    /// <summary>
    /// SHA-256, lower-case hex, of the weights file and of the card's front end and encoder. Embeddings of different
    /// hashes must never meet.
    /// </summary>
    public string Hash { get; }

    /// <summary>How its embeddings are held against each other; the card's thresholds are for these distances.</summary>
    public Scorer Scorer { get; }

    /// <param name="pathOfSafetensorsOrName">As <see cref="ModelFiles.Resolve"/> reads it.</param>
    /// <param name="cancellationToken">Looked at between the steps of loading.</param>
    /// <exception cref="ModelException">
    /// A file is missing or damaged, or card and weights are not of one model; the message names the file. A card that
    /// was changed by hand to another network shows at the first embedding.
    /// </exception>
    public static VoiceEncoder Load(string pathOfSafetensorsOrName, CancellationToken cancellationToken = default)
    {
        var path = ModelFiles.Resolve(pathOfSafetensorsOrName);
        // Any call loads the library; it goes on while the files are read and checked here.
        _ = Task.Run(torch.get_num_threads, cancellationToken);
        var card = ModelFiles.ReadCard(path);
        cancellationToken.ThrowIfCancellationRequested();
        var file = Safetensors.ReadFile(path);
        var header = SafetensorsHeader.Parse(file, path);
        var digest = SHA256.HashData(file);
        if (Convert.ToHexStringLower(digest) != card.WeightsSha256)
            throw new ModelException(
                $"{path} has the SHA-256 {Convert.ToHexStringLower(digest)} and its card {ModelFiles.CardPathOf(path)} " +
                $"is for {card.WeightsSha256}: they are not of one model, or one is damaged; copy both again");
        cancellationToken.ThrowIfCancellationRequested();

        return new VoiceEncoder(
            Task.Run(() => BuildEncoder(card, file, header, path), cancellationToken), card,
            CanonicalJson.HashModel(digest, card), ModelFiles.ReadScorer(path, card));
    }

    /// <summary>
    /// A model under training, through the door that verification uses; it has no hash and owns the encoder, which must be
    /// in evaluation mode.
    /// </summary>
    /// <param name="scorer">Null: plain cosine distances.</param>
    internal static VoiceEncoder UnderTraining(Encoder encoder, ModelCard card, Scorer? scorer = null) =>
        new(Task.FromResult(encoder), card, "", scorer ?? Scorer.Cosine);

    /// <summary>
    /// The same encoder with distances normalised by a cohort. Thresholds and score calibration, which were of the other
    /// distances, are gone. It shares the weights with this one, which must outlive it.
    /// </summary>
    /// <exception cref="ModelException">The specification is not of that cohort.</exception>
    public VoiceEncoder ScoredBy(Cohort cohort, AsNormSpecification specification) => new(
        _encoder,
        Card with { AsNorm = specification, Calibration = [], CalibratedOn = null, Scores = null },
        Hash,
        Scorer.AsNorm(cohort, specification));

    /// <summary>A reader of sound whose features are the ones that this model was trained on; one a thread.</summary>
    public UtteranceReader CreateReader(UtteranceOptions options) => new(Card.FrontEnd, options);

    /// <summary>The embedding of one utterance.</summary>
    /// <param name="rawSpeechFeatures">Speech frames as <see cref="CreateReader"/>'s reader gives them, not normalised;
    /// left as they are.</param>
    /// <returns>[D], unit length.</returns>
    /// <exception cref="ModelException">There is no frame, or frames have another count of coefficients.</exception>
    public float[] Embed(FeatureMatrix rawSpeechFeatures) => Embed(rawSpeechFeatures, 1);

    /// <summary>
    /// The embedding of one stretch of a long recording: as <see cref="Embed(FeatureMatrix)"/> gives it, to rounding
    /// (1e-5).
    /// </summary>
    /// <remarks>
    /// The convolution library keeps what it compiles for each length that it meets, of up to a thousand: 300 MB after
    /// an hour of stretches as they come. So stretches are padded to a few lengths.
    /// </remarks>
    /// <exception cref="ModelException">As <see cref="Embed(FeatureMatrix)"/>.</exception>
    public float[] EmbedStretch(FeatureMatrix rawSpeechFeatures) => Embed(rawSpeechFeatures, _stretchStepFrames);

    private float[] Embed(FeatureMatrix rawSpeechFeatures, int step)
    {
        Check(rawSpeechFeatures);
        var pieces = (rawSpeechFeatures.Frames + _maximumFrames - 1) / _maximumFrames;
        var mean = EmbeddingMean.Empty;
        for (var piece = 0; piece < pieces; piece++)
        {
            var start = (int)((long)rawSpeechFeatures.Frames * piece / pieces);
            var end = (int)((long)rawSpeechFeatures.Frames * (piece + 1) / pieces);
            mean = mean.Add(Forward([rawSpeechFeatures.Slice(start, end - start)], step)[0], end - start);
        }

        return mean.ToEmbedding();
    }

    /// <summary>
    /// The embeddings of several utterances, in their order; each as <see cref="Embed"/> gives it, to rounding (1e-5).
    /// Utterances of like length are padded to batches of at most <see cref="MaximumSeconds"/> in sum.
    /// </summary>
    /// <exception cref="ModelException">As <see cref="Embed"/>.</exception>
    public float[][] EmbedBatch(IReadOnlyList<FeatureMatrix> rawSpeechFeatures)
    {
        ArgumentNullException.ThrowIfNull(rawSpeechFeatures);
        foreach (var features in rawSpeechFeatures)
            Check(features);
        var order = Enumerable.Range(0, rawSpeechFeatures.Count).OrderBy(i => rawSpeechFeatures[i].Frames).ToArray();
        var embeddings = new float[rawSpeechFeatures.Count][];
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && (long)rawSpeechFeatures[order[end]].Frames * (end + 1 - start) <= _maximumFrames)
                end++;
            if (end == start + 1)
            {
                embeddings[order[start]] = Embed(rawSpeechFeatures[order[start]]);
            }
            else
            {
                var batch = order[start..end];
                var results = Forward(Array.ConvertAll(
                    batch, i => rawSpeechFeatures[i].Slice(0, rawSpeechFeatures[i].Frames)), 1);
                for (var i = 0; i < batch.Length; i++)
                    embeddings[batch[i]] = results[i];
            }

            start = end;
        }

        return embeddings;
    }

    public void Dispose()
    {
        try
        {
            _encoder.GetAwaiter().GetResult().Dispose();
        }
        catch (Exception e) when (e is ModelException or OperationCanceledException)
        {
            // There is nothing to dispose of; whoever embeds is told.
        }
    }

    private static Encoder BuildEncoder(ModelCard card, byte[] file, SafetensorsHeader header, string path)
    {
        var encoder = new Encoder(card.Encoder);
        try
        {
            Safetensors.CopyInto(encoder.state_dict(), file, header, path);
            encoder.eval();
            return encoder;
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <param name="utterances">Owned by this call: normalised in place.</param>
    /// <param name="step">What the batch is as long as a multiple of, in frames.</param>
    private float[][] Forward(FeatureMatrix[] utterances, int step)
    {
        var coefficients = Card.Encoder.Coefficients;
        var frames = (utterances.Max(u => u.Frames) + step - 1) / step * step;
        var padded = new float[utterances.Length * frames * coefficients];
        for (var i = 0; i < utterances.Length; i++)
        {
            FrontEnd.Normalise(utterances[i], Card.FrontEnd.Normalisation);
            utterances[i].Values.CopyTo(padded, i * frames * coefficients);
        }

        var encoder = _encoder.GetAwaiter().GetResult();
        var threads = torch.get_num_threads();
        torch.set_num_threads(1);
        try
        {
            using var scope = torch.NewDisposeScope();
            using var noGradients = torch.no_grad();
            var features = torch.tensor(padded, new long[] { utterances.Length, frames, coefficients }).transpose(1, 2);
            var lengths = torch.tensor(Array.ConvertAll(utterances, u => (long)u.Frames));
            var values = encoder.call(features, lengths).data<float>().ToArray();
            return Split(values);
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    private float[][] Split(float[] values)
    {
        var dimension = Card.Encoder.Dimension;
        var embeddings = new float[values.Length / dimension][];
        for (var i = 0; i < embeddings.Length; i++)
        {
            embeddings[i] = values.AsSpan(i * dimension, dimension).ToArray();
            foreach (var value in embeddings[i])
                if (!float.IsFinite(value))
                    throw new ModelException(
                        $"the model {Card.Name} gives an embedding with {value} in it; its weights are damaged");
        }

        return embeddings;
    }

    private void Check(FeatureMatrix features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Frames < 1 || features.Coefficients != Card.Encoder.Coefficients)
            throw new ModelException(
                $"the model {Card.Name} embeds one frame or more of {Card.Encoder.Coefficients} coefficients, " +
                $"got {features.Frames} of {features.Coefficients}");
    }
}
