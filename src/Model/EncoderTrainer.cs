using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.Corpora;
using Speaker.Training.Runs;

namespace Speaker.Training;

/// <summary>
/// Trains an encoder on recordings of your own: triplet losses with semi-hard mining beside a margin softmax, as the
/// encoder that ships was trained. libtorch has to be referenced by the application.
/// </summary>
/// <remarks>
/// The state of a run is kept in NAME.checkpoint beside the model, every few minutes and when it is cancelled; the same
/// call goes on from there.
/// </remarks>
public sealed class EncoderTrainer
{
    private readonly EncoderTrainerOptions _options;
    private readonly TimeProvider _time;

    /// <summary>A trainer; its options are checked when it trains.</summary>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="timeProvider">Null: the system's clock.</param>
    public EncoderTrainer(EncoderTrainerOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new EncoderTrainerOptions();
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Trains on a thread of its own until the last step, or until the error of the dev speakers stops
    /// falling.</summary>
    /// <param name="corpusDirectory">A folder with a folder for each speaker and recordings inside, or with a
    /// manifest.csv; some speakers are held out to measure on.</param>
    /// <param name="modelPath">NAME.safetensors, written at the end with NAME.json, NAME.md and, of many speakers, a
    /// cohort; a model that is there is written over.</param>
    /// <param name="progress">Told every few steps and after each evaluation; null tells nobody.</param>
    /// <param name="cancellationToken">Stops the run after the step; a checkpoint is written first.</param>
    /// <exception cref="ArgumentException">An option that is none, or of another type than it has to be.</exception>
    /// <exception cref="OptionsValidationException">An option out of its range; the message has its value and its
    /// bound.</exception>
    /// <exception cref="ModelException">
    /// Too few speakers, a damaged checkpoint or one of another run, a collapsed run, no room
    /// on the disk.
    /// </exception>
    /// <exception cref="AudioException">A recording cannot be read.</exception>
    public Task<EncoderTrainerResult> TrainAsync(
        string corpusDirectory,
        string modelPath,
        IProgress<EncoderTrainerProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(corpusDirectory);
        ArgumentException.ThrowIfNullOrWhiteSpace(modelPath);
        return Task.Factory.StartNew(
            () => Train(corpusDirectory, Path.GetFullPath(modelPath), progress, cancellationToken),
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private EncoderTrainerResult Train(
        string corpusDirectory,
        string modelPath,
        IProgress<EncoderTrainerProgress>? progress,
        CancellationToken cancellationToken)
    {
        var trainer = new Trainer(OptionsFor(modelPath), _time);
        var corpus = Corpus.Load(corpusDirectory, cancellationToken: cancellationToken);
        var result = trainer.Train(
            corpus, modelPath, $"{nameof(EncoderTrainer)}.{nameof(TrainAsync)}", _options.Licences,
            progress is null ? null : new Reports(progress), null, null, cancellationToken);
        return new EncoderTrainerResult(
            modelPath, result.Steps, result.BestStep, result.StoppedEarly, result.Dev?.All.Eer,
            [.. result.Speechless.Select(utterance => utterance.Path)]);
    }

    private TrainingOptions OptionsFor(string modelPath)
    {
        var settings = TrainingSettings.Parse(_options.Settings ?? "{}", nameof(EncoderTrainerOptions.Settings));
        if (_options.From.Count > 0)
        {
            settings.StartFrom(_options.From);
        }

        var options = settings.ToOptions(_options.FeatureDirectory ?? Path.ChangeExtension(modelPath, ".features"));
        return options with
        {
            Steps = _options.Steps,
            Seed = _options.Seed,
            Bank = options.Bank with
            {
                NoiseDirectory = _options.NoiseDirectory ?? options.Bank.NoiseDirectory,
                RoomDirectory = _options.RoomDirectory ?? options.Bank.RoomDirectory,
            },
        };
    }

    private sealed class Reports(IProgress<EncoderTrainerProgress> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new EncoderTrainerProgress(
            value.Step, value.Steps, value.Loss, value.UtterancesPerSecond, value.Remaining, value.MeanDevEer));
    }
}
