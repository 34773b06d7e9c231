using System.Diagnostics;
using System.Text.Json;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using Speaker.Training.Sampling;

namespace Speaker.Bench;

/// <summary>
/// Throughput of the trainer's own step (forward, mining, both losses, backward, clipping, AdamW, weight average) on a batch
/// made of noise, so that nothing but the step is timed. The state it starts from is written to a file, for a peer to start
/// from the same.
/// </summary>
internal static class TrainingStep
{
    private const int ClassesPerCorpus = 100;

    /// <param name="Classes">Directions of the softmax, a hundred a corpus.</param>
    /// <param name="Frames">Of every crop.</param>
    /// <param name="State">NAME.safetensors for the initial state, with the options in NAME.json; written, not read.</param>
    internal sealed record Settings(
        int Speakers, int Utterances, int Frames, int Classes, int WarmUp, int Steps, int Threads, bool BFloat16, string State);

    /// <returns>One line of JSON: utterances a second and the loss of each step.</returns>
    public static string Run(Settings settings)
    {
        var options = new TrainingOptions
        {
            Bank = new FeatureBankOptions { Folder = "" },
            BFloat16 = settings.BFloat16,
            // A rate and a margin that do not change from step to step, for a peer to follow.
            Steps = 10_000_000,
            WarmUpShare = 0,
            MarginRampShare = 0,
        };
        TorchSharp.torch.set_num_threads(settings.Threads);
        var classes = Enumerable.Range(0, settings.Classes)
            .Select(i => new SpeakerClass(i, 0, $"corpus {i / ClassesPerCorpus}", [i], 10)).ToArray();
        using var state = new TrainingState(options, classes);
        state.Write(settings.State, new CheckpointState(0, "", 0, 0, 0, 0, 0, []));
        File.WriteAllBytes(
            Path.ChangeExtension(settings.State, ".json"),
            JsonSerializer.SerializeToUtf8Bytes(options, TrainingJson.Default.TrainingOptions));

        var crops = settings.Speakers * settings.Utterances;
        var features = Noise.Make(crops * options.Encoder.Coefficients * settings.Frames);
        var labels = Enumerable.Range(0, crops).Select(i => (long)(i / settings.Utterances)).ToArray();
        var losses = new List<double>();
        var clock = new Stopwatch();
        for (var step = 0; step < settings.WarmUp + settings.Steps; step++)
        {
            if (step == settings.WarmUp)
            {
                clock.Start();
            }

            losses.Add(state.Learn(new TrainingBatch(step, features, labels, settings.Frames)).Loss);
        }

        var perSecond = settings.Steps * crops / clock.Elapsed.TotalSeconds;
        return JsonSerializer.Serialize(new { utterancesPerSecond = perSecond, losses });
    }
}
