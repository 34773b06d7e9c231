using System.Globalization;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;
using Speaker.Audio.Utterances;
using Speaker.Audio;
using Speaker.Augmentation;
using Speaker.Corpora;
using Speaker.Evaluation.SpeechDetection;
using Spectre.Console;

namespace Speaker.CommandLine;

/// <summary>What a speech detector's network makes of recordings and noises.</summary>
internal static class DetectionPresenter
{
    /// <summary>Measures a network on recordings and noises, and shows the figures.</summary>
    public static void Measure(
        SpeechNetwork network,
        IReadOnlyList<CorpusUtterance> utterances,
        IReadOnlyList<NoiseSound> noises,
        VerbOutput output,
        CancellationToken cancellation)
    {
        var report = SpeechDetectionEvaluator.Measure(
            network, utterances, noises, new UtteranceOptions().MinimumSpeechSeconds, CorpusNotes.Write, cancellation);
        if (output.Json)
        {
            VerbOutput.WriteJson(report, JsonContracts.Output.DetectionReport);
            return;
        }

        var speech = new Table().AddColumns("speech", "recordings", "speech kept", "noise passed", "refused");
        foreach (var row in report.Speech)
        {
            speech.AddRow(row.Condition, Number(row.Recordings), Share(row.SpeechKept), Share(row.NoisePassed),
                Share(row.Refused));
        }

        output.Results.Write(speech);
        var noise = new Table().AddColumns("no speech", "sounds", "refused");
        foreach (var row in report.Noise)
        {
            noise.AddRow(Markup.Escape(row.Kind), Number(row.Sounds), Share(row.Refused));
        }

        noise.AddRow("together", Number(report.Noise.Sum(row => row.Sounds)),
            Share(report.Noise.Sum(row => row.Refused * row.Sounds) / report.Noise.Sum(row => row.Sounds)));
        output.Results.Write(noise);
    }

    private static string Number(int value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Share(double value) => value.ToString("0.0%", CultureInfo.InvariantCulture);
}
