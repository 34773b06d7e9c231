using System.Globalization;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.Utterances;
using Speaker.Augmentation;
using Speaker.CommandLine;
using Speaker.Corpora;
using Speaker.Evaluation.SpeechDetection;
using Speaker.Models;
using Speaker.Training.Runs;
using Speaker.Training.SpeechDetection;

namespace Speaker.Train;

/// <summary><c>train --detector</c>: the network that tells speech from other sounds.</summary>
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
        CorpusNotes.Write(corpus.Remainder);
        var noises = NoiseFolder.Load(noiseDirectory, cancellation);
        CorpusNotes.Write(noises.Skipped);
        var rooms = roomDirectory is null ? null : NoiseFolder.Load(roomDirectory, cancellation);
        CorpusNotes.Write(rooms?.Skipped ?? []);
        var network = trainer.Train(
            corpus.Of(CorpusSplit.Train),
            [.. noises.Train.Select(noise => noise.Samples)],
            [.. (rooms?.All ?? []).Select(room => room.Samples)],
            new Progress(),
            CorpusNotes.Write,
            cancellation);
        AtomicFile.Write(path, network.Write);
        DetectionPresenter.Measure(network, corpus.Of(CorpusSplit.Dev), noises.HeldOut, output, cancellation);
    }

    private sealed class Progress : IProgress<DetectorProgress>
    {
        public void Report(DetectorProgress value) => VerbOutput.Note(string.Create(
            CultureInfo.InvariantCulture, $"step {value.Step:#,0} of {value.Steps:#,0}  loss {value.Loss:0.0000}"));
    }
}
