using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Models;

namespace Speaker.Training.Runs;

/// <summary>The card of the model that a run makes, before anything is measured.</summary>
internal static class RunCard
{
    /// <param name="options">Of the run.</param>
    /// <param name="name">Of the model.</param>
    /// <param name="command">The command line.</param>
    /// <param name="run">What the run came to.</param>
    /// <param name="utterances">That it learnt from.</param>
    /// <param name="licences">Of each corpus by name.</param>
    public static ModelCard Of(
        TrainingOptions options,
        string name,
        string command,
        CheckpointState run,
        IReadOnlyList<CorpusUtterance> utterances,
        IReadOnlyDictionary<string, string> licences) => new()
    {
        Name = name,
        FrontEnd = options.FrontEnd,
        Encoder = options.Encoder,
        Training = Summary(options, command, run, utterances, licences),
        Origins = Origins(options, run),
    };

    /// <summary>Whose weights the run started or learnt from; null where they were random or our own.</summary>
    private static WeightsOrigin[]? Origins(TrainingOptions options, CheckpointState run)
    {
        var learnt = run.Step == 0 ? [] : options.Teachers.SelectMany(teacher => TeacherFile.IsOne(teacher)
            ? [new WeightsOrigin($"embeddings in {Path.GetFileName(teacher)}, made by another program", "not given", "")]
            : ModelFiles.ReadCard(teacher).Origins ?? []);
        var origins = options.From.SelectMany(model => ModelFiles.ReadCard(model).Origins ?? [])
            .Select(origin => run.Step == 0 ? origin : origin with { Changes = "trained further" })
            .Concat(learnt.Select(origin => origin with { Changes = "learnt from as a teacher" }))
            .DistinctBy(origin => (origin.Source, origin.Licence)).ToArray();
        return origins.Length == 0 ? null : origins;
    }

    private static TrainingSummary Summary(
        TrainingOptions options,
        string command,
        CheckpointState run,
        IReadOnlyList<CorpusUtterance> utterances,
        IReadOnlyDictionary<string, string> licences)
    {
        var earlier = options.From
            .Select(model => ModelFiles.ReadCard(model).Training).OfType<TrainingSummary>().ToArray();
        var learnt = run.Step == 0 ? [] : utterances.GroupBy(u => u.Corpus, StringComparer.Ordinal)
            .Select(g => new TrainingCorpus(
                g.Key,
                licences.GetValueOrDefault(g.Key, "not given"),
                g.Select(u => u.Speaker).Distinct(StringComparer.Ordinal).Count(),
                g.Count(),
                Math.Round(g.Sum(u => u.Seconds ?? 0), 1)));
        var corpora = learnt.Concat(earlier.SelectMany(summary => summary.Corpora)).DistinctBy(corpus => corpus.Name)
            .Select(corpus => corpus with { Licence = licences.GetValueOrDefault(corpus.Name, corpus.Licence) });
        var epochs = run.CropsSeen / ((double)utterances.Count * options.Bank.Speeds.Count);
        return new TrainingSummary(
            command, options.Seed, run.Step, Math.Round(epochs, 2), Math.Round(run.Seconds), [.. corpora],
            earlier.Length == 0 ? null : earlier)
        {
            SpeakerHashes = run.Step == 0 ? null
                : [.. utterances.Select(u => LearntSpeakers.HashOf(u.SpeakerKey)).Distinct().Order(StringComparer.Ordinal)],
        };
    }
}
