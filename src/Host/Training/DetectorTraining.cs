using System.Globalization;
using Spectre.Console;
using Speaker.Audio;
using Speaker.Host.Cli;
using Speaker.Model.Corpora;
using Speaker.Model.Encoding;
using Speaker.Model.SpeechDetection;

namespace Speaker.Host.Training;

/// <summary><c>train --detector</c> and <c>eval --detector</c>: the network that tells speech from other sounds.</summary>
internal static class DetectorTraining
{
    /// <summary>Trains on the corpus's training part and four fifths of the noises, writes the network, measures it on
    /// the rest.</summary>
    public static void Train(
        DetectorTrainingOptions options,
        string corpusDirectory,
        string noiseDirectory,
        string? roomDirectory,
        string path,
        VerbOutput output,
        CancellationToken cancellation)
    {
        var trainer = new SpeechDetectorTrainer(options);
        var corpus = Corpus.Load(corpusDirectory, cancellationToken: cancellation);
        var noises = NoiseFolder.Load(noiseDirectory, cancellation);
        var rooms = roomDirectory is null ? [] : NoiseFolder.Load(roomDirectory, cancellation).All;
        var network = trainer.Train(
            corpus.Of(CorpusSplit.Train),
            [.. noises.Train.Select(noise => noise.Samples)],
            [.. rooms.Select(room => room.Samples)],
            new Progress(),
            cancellation);
        AtomicFile.Write(path, network.Write);
        Measure(network, corpus.Of(CorpusSplit.Dev), noises.HeldOut, output, cancellation);
    }

    /// <summary>Measures a network on recordings and noises, and shows the figures.</summary>
    public static void Measure(
        SpeechNetwork network,
        IReadOnlyList<CorpusUtterance> utterances,
        IReadOnlyList<NoiseSound> noises,
        VerbOutput output,
        CancellationToken cancellation)
    {
        var report = SpeechDetectionEvaluator.Measure(
            network, utterances, noises, new UtteranceOptions().MinimumSpeechSeconds, cancellation);
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

    private sealed class Progress : IProgress<DetectorProgress>
    {
        public void Report(DetectorProgress value) => VerbOutput.Note(string.Create(
            CultureInfo.InvariantCulture, $"step {value.Step:#,0} of {value.Steps:#,0}  loss {value.Loss:0.0000}"));
    }
}
