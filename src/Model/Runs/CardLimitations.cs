using System.Globalization;
using Speaker.Audio.Validation;
using Speaker.Calibration;
using Speaker.Evaluation;

namespace Speaker.Training.Runs;

/// <summary>The limitations on a card, from what was measured and what was not.</summary>
internal static class CardLimitations
{
    /// <summary>Equal error rates above this are named one by one.</summary>
    private const double Poor = 0.1;

    /// <param name="report">Null where there were no dev trials.</param>
    /// <param name="calibration">Of the same trials.</param>
    public static IReadOnlyList<string> Of(EvaluationReport? report, TrialCalibration? calibration)
    {
        var sentences = new List<string>();
        if (report is null || calibration is null)
        {
            sentences.Add(
                "Nothing was measured: no speakers were held out, or too few for a trial. Run 'speaker eval' and " +
                "'speaker calibrate' on recordings of other people to measure the model and to set its thresholds.");
        }
        else
        {
            foreach (var (corpus, figures) in report.ByCorpus
                         .Where(pair => pair.Value.Eer > Poor).OrderByDescending(pair => pair.Value.Eer))
            {
                sentences.Add(string.Create(CultureInfo.InvariantCulture,
                    $"Weak on recordings like those of {corpus}: equal error rate {figures.Eer:0.0%} (95 % interval " +
                    $"{figures.EerInterval.Low:0.0%} to {figures.EerInterval.High:0.0%}, {figures.Speakers} " +
                    $"speakers)."));
            }

            foreach (var rate in calibration.Rates)
            {
                sentences.Add(rate.Point is { } point
                    ? string.Create(CultureInfo.InvariantCulture,
                        $"At the threshold for {rate.TargetFar:0.####%} false accepts, {point.Frr:0.0%} of the right " +
                        $"speakers are refused (95 % interval {point.FrrInterval![0]:0.0%} to " +
                        $"{point.FrrInterval[1]:0.0%}; one utterance against one).")
                    : string.Create(CultureInfo.InvariantCulture,
                        $"There is no threshold for {rate.TargetFar:0.####%} false accepts: it needs " +
                        $"{Plural.Of(rate.MissingImpostorTrials, "more impostor trial")}."));
            }

            sentences.Add(string.Create(CultureInfo.InvariantCulture,
                $"The impostor trials are of {Plural.Of(calibration.ImpostorPairs, "pair")} of speakers, so " +
                $"figures for rates " +
                $"below {Math.Min(1, 3.0 / calibration.ImpostorPairs):0.##%} rest on the same few voices."));
            foreach (var corpus in report.Pieces)
            {
                sentences.Add(
                    $"The figures of {corpus} are of pieces of one recording each and are too good: two " +
                    "sessions differ more.");
            }

            sentences.Add(
                "Measured on speakers of the training corpora: other microphones, rooms, languages and moods were " +
                "not measured.");
        }

        sentences.Add("The model does not detect a recording that is played back, or a synthetic voice.");
        return sentences;
    }
}
