using System.Numerics.Tensors;
using Speaker.Audio.Features;
using Speaker.Audio.Utterances;
using Speaker.Numerics;
using Speaker.Training.Sampling;

namespace Speaker.Training.Runs;

/// <summary>
/// Makes the batch of a step: draws speakers, cuts crops, changes and normalises them. A step's batch depends on the
/// seed and the step alone, so a run that is taken up again sees the batches that it would have seen.
/// </summary>
/// <remarks>Not thread safe: one instance, one thread.</remarks>
internal sealed class BatchMaker
{
    // Below this a piece is a click at the edge of an utterance and not worth joining.
    private const int ShortestPiece = 10;
    private const int MostPieces = 12;

    private readonly FeatureBank _bank;
    private readonly IReadOnlyList<SpeakerClass> _classes;
    private readonly IReadOnlyList<SpeakerClass> _unlabelled;
    private readonly Dictionary<string, long> _corpora = new(StringComparer.Ordinal);
    private readonly SpeakerSampler _sampler;
    private readonly CropOptions _options;
    private readonly double _unlabelledShare;
    private readonly TeacherTargets? _targets;
    private readonly FrontEndSpecification _frontEnd;
    private readonly CropAugmenter _augmenter;
    private readonly long _seed;
    private Half[] _half = [];

    /// <param name="bank">Where the crops are cut from.</param>
    /// <param name="classes">The speakers.</param>
    /// <param name="sampling">How the recordings of a batch are drawn.</param>
    /// <param name="crops">How they are cut.</param>
    /// <param name="frontEnd">Of the bank.</param>
    /// <param name="seed">Of all draws.</param>
    /// <param name="targets">What a teacher makes of the bank's recordings; null without one.</param>
    public BatchMaker(
        FeatureBank bank,
        IReadOnlyList<SpeakerClass> classes,
        SamplingOptions sampling,
        CropOptions crops,
        FrontEndSpecification frontEnd,
        long seed,
        TeacherTargets? targets = null)
    {
        crops.Validate();
        _bank = bank;
        _classes = classes;
        foreach (var corpus in classes.Select(item => item.Corpus).Distinct(StringComparer.Ordinal))
        {
            _corpora.Add(corpus, _corpora.Count);
        }

        _sampler = new SpeakerSampler(classes, sampling);
        _options = crops;
        _targets = targets;
        _unlabelled = targets is null ? [] : bank.Unlabelled();
        _unlabelledShare = _unlabelled.Count > 0 ? sampling.UnlabelledShare : 0;
        _frontEnd = frontEnd;
        _augmenter = new CropAugmenter(crops, frontEnd);
        _seed = seed;
    }

    /// <summary>Utterances times speeds that there are to learn from.</summary>
    public int Utterances => _classes.Sum(c => c.Utterances.Count);

    public TrainingBatch Make(int step)
    {
        var random = SplitRandom.For(_seed, step);
        var frames = DrawFrames(random);
        var places = _sampler.Draw(random);
        var unlabelled = (int)Math.Round(_unlabelledShare * places.Length);
        var crops = places.Length + unlabelled;
        var size = frames * _bank.Coefficients;
        var features = new float[crops * size];
        var targets = _targets is null ? null : new float[crops * _targets.Dimension];
        var channels = _options.AcrossVersions ? new long[places.Length] : null;
        var versions = _options.AcrossVersions ? Versions(random) : null;
        var crop = new FeatureMatrix(frames, _bank.Coefficients);
        var length = _options.PositionOf((double)frames * _frontEnd.HopLength / _frontEnd.SampleRate);
        var (before, ofClass) = (-1, 0);
        for (var i = 0; i < crops; i++)
        {
            var (from, utterance) = i < places.Length
                ? (_classes[places[i].Class], places[i].Utterance)
                : Unlabelled(random);
            // The crops of a class stand one after another.
            ofClass = i < places.Length && places[i].Class == before ? ofClass + 1 : 0;
            before = i < places.Length ? places[i].Class : -1;
            int? wanted = versions is null ? null
                : versions[(i < places.Length ? ofClass : random.Next(versions.Length)) % versions.Length];
            var target = targets is null ? [] : targets.AsSpan(i * _targets!.Dimension, _targets.Dimension);
            var version = Cut(crop, target, length, from, utterance, wanted, random);
            if (channels is not null && i < places.Length)
            {
                channels[i] = (_corpora[from.Corpus] * _bank.Versions) + version;
            }

            _augmenter.Apply(crop, random);
            FrontEnd.Normalise(crop, _frontEnd.Normalisation);
            crop.Values.CopyTo(features, i * size);
        }

        return new TrainingBatch(step, features, Array.ConvertAll(places, p => (long)p.Class), frames)
        {
            Unlabelled = unlabelled,
            Channels = channels,
            Targets = targets,
        };
    }

    /// <summary>Even, since the strided convolutions halve it; of at least one piece.</summary>
    private int DrawFrames(SplitRandom random)
    {
        var perSecond = (double)_frontEnd.SampleRate / _frontEnd.HopLength;
        var seconds = _options.LogLengths
            ? Math.Exp(random.Uniform(Math.Log(_options.ShortestSeconds), Math.Log(_options.LongestSeconds)))
            : random.Uniform(_options.ShortestSeconds, _options.LongestSeconds);
        return Math.Max(2 * (int)Math.Round(seconds * perSecond / 2), ShortestPiece);
    }

    private int[] Versions(SplitRandom random)
    {
        int[] versions = [.. Enumerable.Range(0, _bank.Versions)];
        random.Shuffle(versions.AsSpan());
        return versions;
    }

    private (SpeakerClass From, int Utterance) Unlabelled(SplitRandom random)
    {
        var from = _unlabelled[random.Next(_unlabelled.Count)];
        return (from, from.Utterances[0]);
    }

    /// <summary>
    /// Fills the crop from the utterance or, where that is too short, joins further utterances of the class, each rid
    /// of its mean, so that what is heard is many words and not one word many times. A class of one utterance repeats
    /// it. The teacher's target is the mean over the pieces.
    /// </summary>
    /// <param name="crop">What is filled.</param>
    /// <param name="target">[D'], 0 so far; empty without a teacher.</param>
    /// <param name="length">Of the crop, for the target: see <see cref="CropOptions.PositionOf"/>.</param>
    /// <param name="from">The class.</param>
    /// <param name="utterance">The first piece's.</param>
    /// <param name="wanted">The version; null: drawn for each piece.</param>
    /// <param name="random">Draws.</param>
    /// <returns>The version that was taken: as recorded where the wanted one has too little speech.</returns>
    private int Cut(
        FeatureMatrix crop, Span<float> target, double length, SpeakerClass from, int utterance, int? wanted,
        SplitRandom random)
    {
        var (filled, taken) = (0, 0);
        for (var piece = 0; piece < MostPieces && filled < crop.Frames; piece++)
        {
            var version = wanted ?? (random.Chance(_options.UnchangedShare) ? 0 : random.Next(_bank.Versions));
            if (_bank.Frames(version, utterance, from.Speed) < ShortestPiece)
            {
                version = 0;
            }

            if (piece == 0)
            {
                taken = version;
                wanted = wanted is null ? null : version;
            }
            else if (version != (wanted ?? version))
            {
                // A piece over another channel would be told from the rest by it.
                utterance = from.Utterances[random.Next(from.Utterances.Count)];
                continue;
            }

            var available = _bank.Frames(version, utterance, from.Speed);
            var count = Math.Min(available, crop.Frames - filled);
            var start = random.Next(available - count + 1);
            Copy(version, utterance, from.Speed, start, crop, filled, count);
            if (count < crop.Frames)
            {
                RemoveMean(crop, filled, count);
            }

            if (_targets is not null)
            {
                _targets.AddTo(target, utterance, from.Speed, length, (float)count / crop.Frames);
            }

            filled += count;
            utterance = from.Utterances[random.Next(from.Utterances.Count)];
        }

        while (filled < crop.Frames)
        {
            var count = Math.Min(filled, crop.Frames - filled);
            crop.Values.AsSpan(0, count * crop.Coefficients).CopyTo(crop.Values.AsSpan(filled * crop.Coefficients));
            filled += count;
        }

        return taken;
    }

    private void Copy(int version, int utterance, int speed, int start, FeatureMatrix crop, int at, int count)
    {
        var size = count * crop.Coefficients;
        if (_half.Length < size)
        {
            _half = new Half[size];
        }

        _bank.Read(version, utterance, speed, start, _half.AsSpan(0, size));
        TensorPrimitives.ConvertToSingle(_half.AsSpan(0, size), crop.Values.AsSpan(at * crop.Coefficients, size));
    }

    private static void RemoveMean(FeatureMatrix crop, int first, int count)
    {
        Span<float> mean = stackalloc float[crop.Coefficients];
        mean.Clear();
        for (var i = first; i < first + count; i++)
        {
            TensorPrimitives.Add(mean, crop.Row(i), mean);
        }

        TensorPrimitives.Multiply(mean, 1f / count, mean);
        for (var i = first; i < first + count; i++)
        {
            TensorPrimitives.Subtract(crop.Row(i), mean, crop.Row(i));
        }
    }
}
