using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Speaker.Audio;
using Speaker.Corpora;
using Speaker.Models;
using Speaker.Training.Runs;

namespace Speaker.Training.Studies;

/// <summary>
/// Reruns claims of the literature on triplets on a corpus: each variant of a claim is trained anew with several seeds
/// on the corpus's training speakers and measured on its held-out ones.
/// </summary>
/// <remarks>
/// Features are computed once, and each run is kept in the folder when it ends: a study that was stopped, or that is
/// given more seeds, does only what is missing.
/// </remarks>
internal sealed class Study
{
    private readonly StudyOptions _options;
    private readonly TimeProvider _time;

    /// <exception cref="ModelException">An option out of range, or a claim that there is not.</exception>
    public Study(StudyOptions options, TimeProvider? time = null)
    {
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>How a corpus without a split is divided: a tenth would leave few speakers to measure on.</summary>
    public static CorpusOptions Division { get; } = new() { DevFraction = 0.2 };

    /// <param name="corpus">Its train split is learnt from, its dev split measured.</param>
    /// <param name="progress">Told of the plan, of steps and of finished runs, from several threads.</param>
    /// <param name="bankProgress">Told while features are made.</param>
    /// <param name="teacherProgress">Told while a teacher embeds.</param>
    /// <param name="cancellationToken">Stops within a step; finished runs are kept.</param>
    /// <exception cref="ModelException">Too few speakers, or the folder cannot be written.</exception>
    /// <exception cref="AudioException">A recording cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public StudyResult Run(
        Corpus corpus,
        IProgress<StudyProgress>? progress = null,
        IProgress<FeatureBankProgress>? bankProgress = null,
        IProgress<TeacherProgress>? teacherProgress = null,
        CancellationToken cancellationToken = default)
    {
        using var data = StudyData.Open(
            corpus, _options, _time, bankProgress, teacherProgress, cancellationToken);
        var claims = _options.Claims.Where(claim => _options.Wants(claim.Name)).ToArray();
        var runs = Plan(claims);
        var results = new ConcurrentDictionary<string, RunResult>(StringComparer.Ordinal);
        var missing = new List<StudyRun>();
        foreach (var (key, run) in runs.DistinctBy(run => run.Key(data, _options.Draws))
                     .Select(run => (run.Key(data, _options.Draws), run)))
        {
            if (ReadKept(PathOf(key), StudyJson.Default.RunResult) is { } kept
                && kept.Draws.Count == _options.Draws)
            {
                results[key] = kept;
            }
            else
            {
                missing.Add(run);
            }
        }

        var pace = new StudyPace(_time, results.Count, missing.Count, _options.Steps, progress);
        var cost = _options.Wants(MiningCost.Name) ? Cost(pace, cancellationToken) : null;
        Do(missing, data, results, pace, cancellationToken);
        return new StudyResult(
            Describe(data),
            [.. claims.Select(claim => new ClaimResult(claim,
            [
                .. claim.Variants.Select(variant => new VariantResult(
                    variant,
                    [.. Seeds.Select(seed => results[RunOf(claim, variant, seed).Key(data, _options.Draws)])])),
            ]))],
            cost)
        {
            Skipped = data.Skipped,
        };
    }

    private IEnumerable<int> Seeds => Enumerable.Range(1, _options.Seeds);

    /// <summary>Seed after seed, so that a study that is stopped has whole seeds of every claim.</summary>
    private IEnumerable<StudyRun> Plan(Claim[] claims) =>
        from seed in Seeds
        from claim in claims
        from variant in claim.Variants
        select RunOf(claim, variant, seed);

    private StudyRun RunOf(Claim claim, StudyVariant variant, int seed) => new(
        $"{claim.Name}: {variant.Name}, seed {seed}",
        variant.Change(_options.Base() with { Seed = seed }),
        variant.Speech);

    private void Do(
        List<StudyRun> runs,
        StudyData data,
        ConcurrentDictionary<string, RunResult> results,
        StudyPace pace,
        CancellationToken cancellationToken)
    {
        var draws = new HeldOutDraws(data.HeldOut, _options.Draws);
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = _options.Jobs, CancellationToken = cancellationToken,
        };
        try
        {
            // One at a time from the list: in blocks the runs of a seed would not come together.
            Parallel.ForEach(Partitioner.Create(runs, EnumerablePartitionerOptions.NoBuffering), parallel, run =>
            {
                var result = run.Do(data, draws, _time, step => pace.Stepped(run, step), cancellationToken);
                var key = run.Key(data, _options.Draws);
                AtomicFile.Write(
                    PathOf(key), stream => JsonSerializer.Serialize(stream, result, StudyJson.Default.RunResult));
                results[key] = result;
                pace.Finished(run, result);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }

    private MiningCost Cost(StudyPace pace, CancellationToken cancellationToken)
    {
        var path = PathOf($"cost-{string.Join('-', _options.MiningBatches)}");
        if (ReadKept(path, StudyJson.Default.MiningCost) is { } kept)
        {
            return kept;
        }

        var cost = MiningCost.Measure(_options.MiningBatches, _time, pace.MiningTimed, cancellationToken);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, cost, StudyJson.Default.MiningCost));
        return cost;
    }

    private string PathOf(string key) => Path.Combine(_options.Folder, "runs", $"{key}.json");

    /// <summary>Null where there is none, or what is there is not whole: it is done again.</summary>
    private static T? ReadKept<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private StudySubject Describe(StudyData data)
    {
        var classes = data.Classes(StudySpeech.Everything);
        return new StudySubject(
            classes.Count,
            classes.Sum(c => c.Utterances.Count),
            classes.Sum(c => c.Seconds),
            data.ShareOfTheFew,
            data.HeldOut.Items.Select(item => item.Speaker).Distinct(StringComparer.Ordinal).Count(),
            data.HeldOut.Pairs.Count,
            _options.Steps,
            _options.Seeds);
    }
}
