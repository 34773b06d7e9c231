using System.Globalization;
using System.Text;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Resampling;
using Speaker.Audio.Utterances;
using Speaker.Augmentation;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Scoring;

namespace Speaker.Bench;

/// <summary>
/// What frames of 20 ms that a call loses do to its embedding: left out, replaced by silence, or by the frame before.
/// </summary>
internal static class FrameLoss
{
    private const int Rate = 8000;
    private const int FrameSamples = 160;
    private const int Seconds = 6;

    private static readonly double[] Shares = [0.01, 0.05, 0.1, 0.2];

    /// <param name="Model">NAME of a model.</param>
    /// <param name="Recordings">A folder with one folder a voice.</param>
    internal sealed record Settings(string Model, string Recordings);

    private enum Filling
    {
        LeftOut,
        Silence,
        Repeated,
    }

    /// <returns>A table: the mean cosine distance to the embedding of the whole call.</returns>
    public static string Run(Settings settings)
    {
        var encoder = VoiceEncoder.Load(ModelFiles.Resolve(settings.Model));
        var reader = encoder.CreateReader(new UtteranceOptions { MaximumClippedFraction = 1 });
        var calls = Directory.GetDirectories(settings.Recordings).Order(StringComparer.Ordinal).Select(Call)
            .Where(call => call.Length == Seconds * Rate).ToArray();
        var whole = calls.Select(Embed).ToArray();
        var table = new StringBuilder();
        table.AppendLine(
            CultureInfo.InvariantCulture,
            $"    {calls.Length} calls of {Seconds} s; lost, frames in a row: left out, silence, repeated");
        foreach (var share in Shares)
        {
            foreach (var burst in (int[])[1, 5])
            {
                var means = Enum.GetValues<Filling>().Select(filling => calls.Select((call, i) =>
                    Scorer.Cosine.Distance(whole[i], Embed(Lose(call, share, burst, filling, i)))).Average()
                    .ToString("0.0000", CultureInfo.InvariantCulture));
                table.AppendLine(
                    CultureInfo.InvariantCulture, $"    {share:P0}, {burst}: {string.Join(", ", means)}");
            }
        }

        return table.ToString().TrimEnd();

        float[] Embed(float[] narrow)
        {
            var wide = new float[2 * narrow.Length];
            new Resampler(new MemorySampleProvider(narrow, Rate, 1), AudioFile.SampleRate).Read(wide);
            return reader.Analyse(wide) is Utterance utterance
                ? encoder.Embed(utterance.Features)
                : throw new InvalidOperationException("no speech was heard");
        }
    }

    private static float[] Call(string folder)
    {
        var wide = Directory.GetFiles(folder, "*.ogg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .SelectMany(clip => AudioFile.ReadSamples(clip, CancellationToken.None))
            .Take(Seconds * AudioFile.SampleRate).ToArray();
        var narrow = new float[wide.Length / 2];
        new Resampler(new MemorySampleProvider(wide, AudioFile.SampleRate, 1), Rate).Read(narrow);
        MuLaw.Apply(narrow);
        return narrow;
    }

    private static float[] Lose(float[] call, double share, int burst, Filling filling, int seed)
    {
        var random = new Random(seed);
        var kept = new List<float>(call.Length);
        var before = new float[FrameSamples];
        var left = 0;
        foreach (var frame in call.Chunk(FrameSamples))
        {
            if (left == 0 && random.NextDouble() < share / burst)
            {
                left = burst;
            }

            if (left == 0)
            {
                kept.AddRange(frame);
                before = frame;
                continue;
            }

            left--;
            if (filling != Filling.LeftOut)
            {
                kept.AddRange(filling == Filling.Silence ? new float[frame.Length] : before);
            }
        }

        return [.. kept];
    }
}
