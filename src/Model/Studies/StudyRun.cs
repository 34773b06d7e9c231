using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Speaker.Audio.Features;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Metrics;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using TorchSharp;

namespace Speaker.Training.Studies;

/// <summary>One training of a study, from random weights to the error rates of the held-out speakers.</summary>
/// <param name="Label">Claim, variant and seed, for the display.</param>
/// <param name="Options">What it learns with.</param>
/// <param name="Speech">What it learns from.</param>
internal sealed record StudyRun(string Label, TrainingOptions Options, StudySpeech Speech)
{
    // The tensor library has one generator of random numbers: networks are made one after another.
    private static readonly Lock Making = new();

    /// <summary>Names all that fixes the outcome: what several claims have in common is run once.</summary>
    public string Key(StudyData data, int draws)
    {
        var options = Options with
        {
            Bank = Options.Bank with { Folder = "", Threads = 1 },
            Teachers = [.. Options.Teachers.Select(WeightsOf)],
            From = [.. Options.From.Select(WeightsOf)],
        };
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{JsonSerializer.Serialize(options, TrainingJson.Default.TrainingOptions)} {Speech} {data.Key} {draws}");
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..20];
    }

    /// <summary>
    /// Runs it on the calling thread alone: the figures do not depend on how many processors there are, and several
    /// runs side by side use them better than one run on all.
    /// </summary>
    /// <param name="data">Of the study.</param>
    /// <param name="draws">Of the held-out speakers.</param>
    /// <param name="time">Tells the seconds.</param>
    /// <param name="stepped">Called after every step with the steps done.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left of the run.</exception>
    public RunResult Do(
        StudyData data, HeldOutDraws draws, TimeProvider time, Action<int> stepped, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var threads = torch.get_num_threads();
        torch.set_num_threads(1);
        try
        {
            using var state = Make(data);
            var alarm = CollapseAlarm.Of(Options with { CollapseSteps = int.MaxValue });
            var last = new List<StepFigures>();
            var message = Learn(state, data, alarm, last, stepped, cancellationToken);
            // What diverged tells nobody apart: one half, in every draw.
            var (eer, drawn) = message is null
                ? draws.Measure(Score(state, data, cancellationToken))
                : draws.OfGuessing();
            return new RunResult(
                message is not null ? RunEnding.Diverged
                    : alarm.Suspicious >= LastSteps ? RunEnding.Collapsed
                    : RunEnding.Finished,
                eer.Values.Average(),
                eer,
                drawn,
                Mean(last, figures => figures.Loss),
                Mean(last, figures => figures.Mining.ActiveFraction),
                Mean(last, figures => figures.Mining.MeanPositive),
                Mean(last, figures => figures.Mining.MeanNegative),
                time.GetElapsedTime(started).TotalSeconds,
                message);
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    /// <summary>Other weights under the same path are another run.</summary>
    private static string WeightsOf(string path) => ModelFiles.ReadCard(path).WeightsSha256;

    private int LastSteps => Math.Max(1, Options.Steps / 10);

    private TrainingState Make(StudyData data)
    {
        lock (Making)
        {
            return new TrainingState(Options, data.Classes(Speech));
        }
    }

    /// <returns>Null, or what was said when a step's figures were not finite.</returns>
    private string? Learn(
        TrainingState state,
        StudyData data,
        CollapseAlarm alarm,
        List<StepFigures> last,
        Action<int> stepped,
        CancellationToken cancellationToken)
    {
        var maker = new BatchMaker(
            data.Bank, data.Classes(Speech), Options.Sampling, Options.Crops, Options.FrontEnd, Options.Seed,
            Options.Teachers.Count == 0 ? null : data.Targets(Options.SpeakerMeanShare));
        for (var step = 0; step < Options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = maker.Make(step);
            StepFigures figures;
            try
            {
                figures = state.Learn(batch);
            }
            catch (ModelException e)
            {
                return e.Message;
            }

            alarm.Observe(figures);
            if (step >= Options.Steps - LastSteps)
            {
                last.Add(figures);
            }

            stepped(step + 1);
        }

        return null;
    }

    private IReadOnlyList<ScoredTrial> Score(TrainingState state, StudyData data, CancellationToken cancellationToken)
    {
        var card = new ModelCard { Name = "study", FrontEnd = Options.FrontEnd, Encoder = Options.Encoder };
        return Evaluator.Score(VoiceEncoder.UnderTraining(state.Shipped.Store(), card), data.HeldOut, 1, cancellationToken);
    }

    /// <summary>Of the steps that have such a figure: a batch without a triplet has no mean distance.</summary>
    private static double Mean(List<StepFigures> last, Func<StepFigures, double> figure) =>
        last.Select(figure).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
