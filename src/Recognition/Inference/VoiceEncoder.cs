using System.Numerics.Tensors;
using System.Security.Cryptography;
using Speaker.Audio.Features;
using Speaker.Audio.Utterances;
using Speaker.Audio;
using Speaker.Calibration;
using Speaker.Models;
using Speaker.Scoring;

namespace Speaker.Inference;

/// <summary>A trained model: features of an utterance in, unit-length embedding out.</summary>
/// <remarks>
/// Any number of threads may embed at once; nothing is locked or shared but the weights. The same features give the
/// same embedding bit for bit however many threads work on it and whatever else runs; throughput comes from embedding
/// several utterances at a time, each on one thread.
/// <para>
/// There are no random crops. An utterance above <see cref="MaximumSeconds"/> is cut into the fewest equal pieces below
/// it; each is normalised and embedded as an utterance of its own, and <see cref="EmbeddingMean"/> joins them, as it
/// joins the segments of a long recording. Memory is that of one piece.
/// </para>
/// </remarks>
internal sealed class VoiceEncoder
{
    /// <summary>The longest sound that is embedded in one piece, and the most that a padded batch holds.</summary>
    public const int MaximumSeconds = 60;

    private readonly EncoderNetwork _network;
    private readonly int _maximumFrames;

    private VoiceEncoder(EncoderNetwork network, ModelCard card, string hash, Scorer scorer)
    {
        _network = network;
        Card = card;
        Hash = hash;
        Scorer = scorer;
        _maximumFrames = Math.Max(1, MaximumSeconds * card.FrontEnd.SampleRate / card.FrontEnd.HopLength);
    }

    public ModelCard Card { get; }

    /// <summary>
    /// SHA-256, lower-case hex, of the weights file and of the card's front end and encoder. Embeddings of different
    /// hashes must never meet.
    /// </summary>
    public string Hash { get; }

    /// <summary>How its embeddings are held against each other; the card's thresholds are for these distances.</summary>
    public Scorer Scorer { get; }

    /// <param name="pathOfSafetensorsOrName">As <see cref="ModelContents.Named"/> takes it.</param>
    /// <param name="cancellationToken">Looked at between the steps of loading.</param>
    /// <exception cref="ModelException">
    /// A file is missing or damaged, or card and weights are not of one model; the message names the file. A card that
    /// was changed by hand to another network shows at the first embedding.
    /// </exception>
    public static VoiceEncoder Load(string? pathOfSafetensorsOrName, CancellationToken cancellationToken = default)
    {
        var model = ModelContents.Named(pathOfSafetensorsOrName);
        cancellationToken.ThrowIfCancellationRequested();
        var file = model.ReadWeights();
        var tensors = Safetensors.Parse(file, model.Name);
        var digest = SHA256.HashData(file);
        if (Convert.ToHexStringLower(digest) != model.Card.WeightsSha256)
        {
            throw new ModelException(
                $"{model.Name} has the SHA-256 {Convert.ToHexStringLower(digest)} and its card " +
                $"{ModelFiles.CardPathOf(model.Name)} is for {model.Card.WeightsSha256}: they are not of one model, or " +
                "one is damaged; copy both again");
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new VoiceEncoder(
            new EncoderNetwork(model.Card.Encoder, tensors, model.Name), model.Card,
            CanonicalJson.HashModel(digest, model.Card), model.ReadScorer());
    }

    /// <summary>A model under training, through the door that verification uses; it has no hash.</summary>
    /// <param name="weights">As <see cref="ModelFiles.Save"/> takes them.</param>
    /// <param name="card">What the weights are for.</param>
    /// <param name="scorer">Null: plain cosine distances.</param>
    internal static VoiceEncoder UnderTraining(
        IReadOnlyDictionary<string, StoredTensor> weights, ModelCard card, Scorer? scorer = null) =>
        new(new EncoderNetwork(card.Encoder, weights, card.Name), card, "", scorer ?? Scorer.Cosine);

    /// <summary>
    /// The same encoder with distances normalised by a cohort. Thresholds and score calibration, which were of the other
    /// distances, are gone. It shares the weights with this one, which must outlive it.
    /// </summary>
    /// <exception cref="ModelException">The specification is not of that cohort.</exception>
    public VoiceEncoder ScoredBy(Cohort cohort, AsNormSpecification specification) => new(
        _network,
        Card with
        {
            AsNorm = specification, Calibration = [], CalibratedOn = null, Scores = null, WithinSpeaker = null,
            TrialThresholds = null, Live = null,
        },
        Hash,
        Scorer.AsNorm(cohort, specification));

    /// <summary>A reader of sound whose features are the ones that this model was trained on; one a thread.</summary>
    public UtteranceReader CreateReader(UtteranceOptions options) => new(Card.FrontEnd, options);

    /// <summary>The embedding of one utterance, on the calling thread.</summary>
    /// <param name="rawSpeechFeatures">As there.</param>
    /// <exception cref="ModelException">As there.</exception>
    public float[] Embed(FeatureMatrix rawSpeechFeatures) => Embed(rawSpeechFeatures, threads: 1);

    /// <summary>The embedding of one utterance.</summary>
    /// <param name="rawSpeechFeatures">Speech frames as <see cref="CreateReader"/>'s reader gives them, not normalised;
    /// left as they are.</param>
    /// <param name="threads">That work on it; the embedding is the same bit for bit whatever their number.</param>
    /// <returns>[D], unit length.</returns>
    /// <exception cref="ModelException">There is no frame, or frames have another count of coefficients.</exception>
    public float[] Embed(FeatureMatrix rawSpeechFeatures, int threads)
    {
        Check(rawSpeechFeatures);
        var pieces = (rawSpeechFeatures.Frames + _maximumFrames - 1) / _maximumFrames;
        var mean = EmbeddingMean.Empty;
        for (var piece = 0; piece < pieces; piece++)
        {
            var start = (int)((long)rawSpeechFeatures.Frames * piece / pieces);
            var end = (int)((long)rawSpeechFeatures.Frames * (piece + 1) / pieces);
            var features = rawSpeechFeatures.Slice(start, end - start);
            FrontEnd.Normalise(features, Card.FrontEnd.Normalisation);
            mean = mean.Add(_network.Embed(features.Values, features.Frames, threads), features.Frames);
        }

        return mean.ToEmbedding();
    }

    /// <summary>The embedding of a piece of an utterance that is still to come to its end.</summary>
    /// <param name="rawSpeechFeatures">As there, at most <see cref="MaximumSeconds"/> of them.</param>
    /// <param name="mean">Of each coefficient over all of the utterance that is known: what a model takes out whose
    /// features are normalised by their mean. Others normalise the piece by itself.</param>
    /// <param name="threads">As there.</param>
    /// <returns>[D], unit length.</returns>
    /// <exception cref="ModelException">As there.</exception>
    public float[] EmbedPiece(FeatureMatrix rawSpeechFeatures, ReadOnlySpan<float> mean, int threads)
    {
        Check(rawSpeechFeatures);
        var features = rawSpeechFeatures.Slice(0, rawSpeechFeatures.Frames);
        if (Card.FrontEnd.Normalisation == FeatureNormalisation.Mean)
        {
            for (var frame = 0; frame < features.Frames; frame++)
            {
                var row = features.Row(frame);
                TensorPrimitives.Subtract(row, mean, row);
            }
        }
        else
        {
            FrontEnd.Normalise(features, Card.FrontEnd.Normalisation);
        }

        return _network.Embed(features.Values, features.Frames, threads);
    }

    private void Check(FeatureMatrix features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Frames < 1 || features.Coefficients != Card.Encoder.Coefficients)
        {
            throw new ModelException(
                $"the model {Card.Name} embeds one frame or more of {Card.Encoder.Coefficients} coefficients, " +
                $"got {features.Frames} of {features.Coefficients}");
        }
    }
}
