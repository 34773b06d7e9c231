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
    private readonly SpeakerSampler _sampler;
    private readonly CropOptions _options;
    private readonly FrontEndSpecification _frontEnd;
    private readonly CropAugmenter _augmenter;
    private readonly long _seed;
    private Half[] _half = [];

    public BatchMaker(
        FeatureBank bank,
        IReadOnlyList<SpeakerClass> classes,
        SamplingOptions sampling,
        CropOptions crops,
        FrontEndSpecification frontEnd,
        long seed)
    {
        crops.Validate();
        _bank = bank;
        _classes = classes;
        _sampler = new SpeakerSampler(classes, sampling);
        _options = crops;
        _frontEnd = frontEnd;
        _augmenter = new CropAugmenter(crops, frontEnd);
        _seed = seed;
    }

    /// <summary>Utterances times speeds that there are to learn from.</summary>
    public int Utterances => _classes.Sum(c => c.Utterances.Count);

    public TrainingBatch Make(int step)
    {
        var random = SplitRandom.For(_seed, step);
        var perSecond = (double)_frontEnd.SampleRate / _frontEnd.HopLength;
        var frames = 2 * (int)Math.Round(
            random.Uniform(_options.ShortestSeconds, _options.LongestSeconds) * perSecond / 2);
        frames = Math.Max(frames, ShortestPiece);
        var places = _sampler.Draw(random);
        var size = frames * _bank.Coefficients;
        var features = new float[places.Length * size];
        var crop = new FeatureMatrix(frames, _bank.Coefficients);
        for (var i = 0; i < places.Length; i++)
        {
            Cut(crop, places[i], random);
            _augmenter.Apply(crop, random);
            FrontEnd.Normalise(crop, _frontEnd.Normalisation);
            crop.Values.CopyTo(features, i * size);
        }

        return new TrainingBatch(step, features, Array.ConvertAll(places, p => (long)p.Class), frames);
    }

    /// <summary>
    /// Fills the crop from the utterance or, where that is too short, joins further utterances of the class, each rid
    /// of its own mean so that a seam is no change of channel; at last what is there is repeated.
    /// </summary>
    private void Cut(FeatureMatrix crop, SampledUtterance place, SplitRandom random)
    {
        var from = _classes[place.Class];
        var utterance = place.Utterance;
        var filled = 0;
        for (var piece = 0; piece < MostPieces && filled < crop.Frames; piece++)
        {
            var version = random.Chance(_options.UnchangedShare) ? 0 : random.Next(_bank.Versions);
            if (_bank.Frames(version, utterance, from.Speed) < ShortestPiece)
            {
                version = 0;
            }

            var available = _bank.Frames(version, utterance, from.Speed);
            var count = Math.Min(available, crop.Frames - filled);
            var start = random.Next(available - count + 1);
            Copy(version, utterance, from.Speed, start, crop, filled, count);
            if (count < crop.Frames)
            {
                RemoveMean(crop, filled, count);
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
