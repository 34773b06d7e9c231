using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.Utterances;
using Speaker.Audio.Validation;
using Speaker.Corpora;
using Speaker.Numerics;
using Speaker.Training.Sampling;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>How long a run will take and how much disk, before it begins.</summary>
/// <param name="Speakers">To learn from.</param>
/// <param name="Utterances">To learn from.</param>
/// <param name="Features">
/// Making the features, at the pace of a few of the recordings as they are: changing their sound for the other versions
/// comes on top. Nothing is left to do where an earlier run made them.
/// </param>
/// <param name="Steps">Learning, at the pace of a few steps on made-up features.</param>
/// <param name="FeatureBytes">What the features take on the disk.</param>
internal sealed record TrainingForecast(
    int Speakers, int Utterances, TimeSpan Features, TimeSpan Steps, long FeatureBytes)
{
    private const int Recordings = 8;
    private const int TimedSteps = 3;

    /// <summary>Times a few recordings and a few steps, and refuses what cannot end in a model.</summary>
    /// <exception cref="ModelException">
    /// An option out of range, fewer than two speakers to learn from, no speech in any of the recordings tried, or less
    /// room on the disk than the features take.
    /// </exception>
    /// <exception cref="AudioException">A recording cannot be read.</exception>
    public static TrainingForecast Measure(
        TrainingOptions options, Corpus corpus, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        var utterances = corpus.Of(CorpusSplit.Train);
        var speakers = utterances.Select(u => u.SpeakerKey).Distinct(StringComparer.Ordinal).Count();
        if (speakers < 2)
        {
            throw new ModelException(
                $"There {(speakers == 1 ? "is" : "are")} {Plural.Of(speakers, "speaker")} to train on; training needs 2 or more, "
                + "and many more for a good model. "
                + "To enrol one person, run 'speaker enroll' with the model that ships.");
        }

        var (seconds, frames) = Read(options, utterances, time, cancellationToken);
        var versions = (double)utterances.Count * options.Bank.Speeds.Count * options.Bank.Versions;
        var bytes = (long)(frames * versions * options.FrontEnd.Cepstra * 2);
        CheckRoom(options.Bank.Folder, bytes);
        return new TrainingForecast(
            speakers,
            utterances.Count,
            TimeSpan.FromSeconds(seconds * versions / Math.Min(options.Bank.Threads, Environment.ProcessorCount)),
            TimeSpan.FromSeconds(StepSeconds(options, speakers, time) * options.Steps),
            bytes);
    }

    /// <summary>Seconds and speech frames of a recording, mean over a few from all over the corpus.</summary>
    private static (double Seconds, double Frames) Read(
        TrainingOptions options,
        IReadOnlyList<CorpusUtterance> utterances,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var reader = new UtteranceReader(
            options.FrontEnd, new UtteranceOptions { MinimumSpeechSeconds = 0.1, MaximumClippedFraction = 1 });
        var count = Math.Min(Recordings, utterances.Count);
        var frames = 0.0;
        string? refusal = null;
        var started = time.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var samples = AudioFile.ReadSamples(
                utterances[(int)((long)i * utterances.Count / count)].Path, cancellationToken);
            switch (reader.Analyse(samples))
            {
                case Utterance heard:
                    frames += heard.Features.Frames;
                    break;
                case Refusal none:
                    refusal ??= none.Message;
                    break;
            }
        }

        return frames > 0
            ? (time.GetElapsedTime(started).TotalSeconds / count, frames / count)
            : throw new ModelException(
                $"There is no speech in any of {Plural.Of(count, "recording")} from all over the corpus, such as: "
                + refusal);
    }

    private static void CheckRoom(string folder, long bytes)
    {
        var existing = new DirectoryInfo(Path.GetFullPath(folder));
        while (!existing.Exists && existing.Parent is { } parent)
        {
            existing = parent;
        }

        var room = new DriveInfo(existing.FullName).AvailableFreeSpace;
        if (room < bytes)
        {
            throw new ModelException(
                $"The features take about {bytes >> 20:#,0} MB in {folder}, and the disk has {room >> 20:#,0} MB: give "
                + "another folder with --features, or fewer versions with --set bank.versions=2.");
        }
    }

    /// <summary>Of a step on random features, by a state that is thrown away.</summary>
    private static double StepSeconds(TrainingOptions options, int speakers, TimeProvider time)
    {
        if (options.Threads > 0)
        {
            torch.set_num_threads(options.Threads);
        }

        var count = speakers * options.Bank.Speeds.Count;
        SpeakerClass[] classes = [.. Enumerable.Range(0, count).Select(i => new SpeakerClass(i, 0, "", [0], 1))];
        using var state = new TrainingState(options, classes);
        var perSpeaker = Math.Clamp(
            options.Sampling.Speakers * options.Sampling.Utterances / Math.Min(options.Sampling.Speakers, count),
            options.Sampling.Utterances, options.Sampling.MaximumUtterances);
        var labels = Enumerable.Range(0, Math.Min(options.Sampling.Speakers, count))
            .SelectMany(speaker => Enumerable.Repeat((long)speaker, perSpeaker)).ToArray();
        var frames = (int)((options.Crops.ShortestSeconds + options.Crops.LongestSeconds) / 2
            * options.FrontEnd.SampleRate / options.FrontEnd.HopLength);
        var random = SplitRandom.For(options.Seed);
        var features = new float[labels.Length * options.FrontEnd.Cepstra * frames];
        foreach (ref var value in features.AsSpan())
        {
            value = random.NextGaussians().First;
        }

        var batch = new TrainingBatch(0, features, labels, frames);
        // The first step makes what later ones find there.
        state.Learn(batch);
        var started = time.GetTimestamp();
        for (var step = 0; step < TimedSteps; step++)
        {
            state.Learn(batch);
        }

        return time.GetElapsedTime(started).TotalSeconds / TimedSteps;
    }
}
