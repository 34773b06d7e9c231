using Speaker.Audio.Validation;
using Speaker.Audio;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;
using Speaker.Augmentation;
using Speaker.Corpora;
using Speaker.Evaluation.SpeechDetection;
using Speaker.Training.Runs;
using TorchSharp;

namespace Speaker.Training.SpeechDetection;

/// <summary>How far the training of a detector has come.</summary>
/// <param name="Step">Batches learnt from.</param>
/// <param name="Steps">Of how many.</param>
/// <param name="Loss">Mean cross-entropy a frame since the last report, nats.</param>
internal sealed record DetectorProgress(int Step, int Steps, double Loss);

/// <summary>
/// Trains the network of the <see cref="SpeechDetector"/>: frames of clean recordings labelled by their energy, put into
/// noise, rooms and channels, against sounds that hold no voice.
/// </summary>
internal sealed class SpeechDetectorTrainer
{
    private const int ReportEvery = 50;
    private const double WarmUpShare = 0.1;
    private const int ExamplesForScale = 64;

    private readonly DetectorTrainingOptions _options;

    /// <exception cref="ModelException">An option out of range.</exception>
    public SpeechDetectorTrainer(DetectorTrainingOptions options)
    {
        options.Validate();
        _options = options;
    }

    /// <param name="utterances">Recordings of speech to learn from.</param>
    /// <param name="noises">Sounds without a voice.</param>
    /// <param name="rooms">Room impulse responses, or none.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="skip">Called with each recording that cannot be read.</param>
    /// <param name="cancellationToken">Ends the training; nothing is kept.</param>
    /// <exception cref="ModelException">No recording is clean enough to label.</exception>
    /// <exception cref="AudioException">No recording can be read.</exception>
    public SpeechNetwork Train(
        IReadOnlyList<CorpusUtterance> utterances,
        IReadOnlyList<float[]> noises,
        IReadOnlyList<float[]> rooms,
        IProgress<DetectorProgress>? progress = null,
        Action<SkippedUtterance>? skip = null,
        CancellationToken cancellationToken = default)
    {
        var speech = LabelledRecordings.Load(utterances, _options.Utterances, _options.Seed, skip ?? (_ => { }), cancellationToken);
        if (speech.Count == 0)
        {
            throw new ModelException(
                $"None of {Plural.Of(utterances.Count, "recording")} is clean enough to label speech in: between "
                + "words they must fall well below the speech.");
        }

        var sounds = new SoundBank(noises, rooms, []);
        var (means, scales) = Scale(new DetectionExampleMaker(speech, sounds, _options.Seed));
        torch.manual_seed(_options.Seed);
        using var module = new DetectorModule();
        using var optimiser = new AdamW(
            new ParameterGroup([.. module.named_parameters()], _options.WeightDecay));
        using var classWeights = torch.tensor([1f, (float)_options.MissCost]);
        using var makers = new ThreadLocal<DetectionExampleMaker>(
            () => new DetectionExampleMaker(speech, sounds, _options.Seed));
        using var queue = new BatchQueue<DetectionExample[]>([MakeBatch], 0, _options.Steps);
        var loss = 0.0;
        for (var step = 0; step < _options.Steps; step++)
        {
            optimiser.LearningRate =
                _options.LearningRate * LearningSchedule.OneCycle(step, _options.Steps, WarmUpShare);
            loss += Learn(module, optimiser, classWeights, queue.Take(cancellationToken), means, scales);
            if ((step + 1) % ReportEvery == 0)
            {
                progress?.Report(new DetectorProgress(step + 1, _options.Steps, loss / ReportEvery));
                loss = 0;
            }
        }

        return module.ToNetwork(means, scales);

        DetectionExample[] MakeBatch(int step)
        {
            // Numbers below the first batch's are those that the scale was measured on.
            var first = ExamplesForScale + ((long)step * _options.BatchSize);
            var batch = new DetectionExample[_options.BatchSize];
            Parallel.For(
                0,
                batch.Length,
                new ParallelOptions { MaxDegreeOfParallelism = _options.Threads, CancellationToken = cancellationToken },
                i => batch[i] = makers.Value!.Make(first + i));
            return batch;
        }
    }

    private static double Learn(
        DetectorModule module,
        AdamW optimiser,
        torch.Tensor classWeights,
        DetectionExample[] batch,
        float[] means,
        float[] scales)
    {
        using var scope = torch.NewDisposeScope();
        var frames = batch[0].Labels.Length;
        var values = new float[batch.Length * frames * SpeechFeatures.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var (example, place) = Math.DivRem(i, frames * SpeechFeatures.Count);
            var feature = place % SpeechFeatures.Count;
            values[i] = (batch[example].Features[place] - means[feature]) * scales[feature];
        }

        var input = torch.tensor(values, [batch.Length, frames, SpeechFeatures.Count]).transpose(1, 2).unsqueeze(2);
        var labels = torch.tensor(
            batch.SelectMany(example => example.Labels).ToArray(), new long[] { batch.Length, 1, frames });
        var loss = torch.nn.functional.cross_entropy(module.call(input), labels, classWeights);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new ModelException($"The detector's loss is {value}: training has diverged. Lower the learning rate.");
        }

        optimiser.ForgetGradients();
        loss.backward();
        optimiser.Step();
        return value;
    }

    /// <summary>Mean and reciprocal standard deviation of each feature over a few examples.</summary>
    private static (float[] Means, float[] Scales) Scale(DetectionExampleMaker maker)
    {
        var sums = new double[SpeechFeatures.Count];
        var squares = new double[SpeechFeatures.Count];
        long frames = 0;
        for (var number = 0; number < ExamplesForScale; number++)
        {
            var features = maker.Make(number).Features;
            for (var i = 0; i < features.Length; i++)
            {
                sums[i % sums.Length] += features[i];
                squares[i % sums.Length] += (double)features[i] * features[i];
            }

            frames += features.Length / sums.Length;
        }

        var means = Array.ConvertAll(sums, sum => (float)(sum / frames));
        var scales = new float[means.Length];
        for (var i = 0; i < scales.Length; i++)
        {
            var variance = (squares[i] / frames) - ((double)means[i] * means[i]);
            scales[i] = (float)(1 / Math.Sqrt(Math.Max(variance, 1e-6)));
        }

        return (means, scales);
    }
}
