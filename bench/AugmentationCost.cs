using System.Diagnostics;
using System.Globalization;
using System.Text;
using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.Utterances;
using Speaker.Audio;
using Speaker.Augmentation;
using Speaker.Corpora;
using Speaker.Numerics;
using Speaker.Training.Runs;

namespace Speaker.Bench;

/// <summary>
/// What each augmentation takes of the processor for a second of sound, one thread, beside the features that are made
/// of the result.
/// </summary>
internal static class AugmentationCost
{
    private const int PieceSeconds = 5;
    private const int Pieces = 12;

    private static readonly AugmentationOptions Nothing = new()
    {
        ProsodyProbability = 0, RoomProbability = 0, NoiseProbability = 0, BabbleProbability = 0, HissProbability = 0,
        EqualiserProbability = 0, TelephoneProbability = 0, LowPassProbability = 0, CodecProbability = 0,
        ClippingProbability = 0,
    };

    private static readonly CropOptions NothingOfCrops = new()
    {
        NoiseFloorProbability = 0, BandMaskProbability = 0, TimeMaskProbability = 0, WarpProbability = 0,
        QuefrencyMaskProbability = 0,
    };

    /// <param name="Recordings">A folder of speech.</param>
    /// <param name="Timed">Seconds of passes behind each figure, at least.</param>
    public sealed record Settings(string Recordings, double Timed);

    public static string Run(Settings settings)
    {
        var pieces = ReadPieces(settings.Recordings);
        var bank = new SoundBank([pieces[0], pieces[1]], [pieces[2]], [pieces[3], pieces[4]]);
        var table = new StringBuilder("| milliseconds of one core for a second of sound | |\n|---|---:|\n");
        void Row(string name, double milliseconds) =>
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {milliseconds:F2} |\n");

        double Waveform(AugmentationOptions options, int draws = Pieces)
        {
            var augmenter = new WaveformAugmenter(options, bank);
            return Measure(
                settings.Timed, i => augmenter.Apply(pieces[i % Pieces], SplitRandom.For(i)), PieceSeconds, draws);
        }

        Row("nothing but gain", Waveform(Nothing));
        foreach (var (name, options) in ((string, AugmentationOptions)[])
                 [
                     ("prosody", Nothing with { ProsodyProbability = 1 }),
                     ("room, made", Nothing with { RoomProbability = 1, RecordedRoomShare = 0 }),
                     ("room, recorded", Nothing with { RoomProbability = 1, RecordedRoomShare = 1 }),
                     ("noise", Nothing with { NoiseProbability = 1 }),
                     ("babble", Nothing with { BabbleProbability = 1 }),
                     ("hiss", Nothing with { HissProbability = 1 }),
                     ("equaliser", Nothing with { EqualiserProbability = 1 }),
                     ("telephone band", Nothing with { TelephoneProbability = 1, MuLawShare = 0, GsmShare = 0 }),
                     ("telephone, µ-law", Nothing with { TelephoneProbability = 1, MuLawShare = 1, GsmShare = 0 }),
                     ("telephone, GSM", Nothing with { TelephoneProbability = 1, MuLawShare = 0, GsmShare = 1 }),
                     ("low-pass", Nothing with { LowPassProbability = 1 }),
                     ("Vorbis", Nothing with { CodecProbability = 1, OpusShare = 0 }),
                     ("Opus", Nothing with { CodecProbability = 1, OpusShare = 1 }),
                 ])
        {
            Row(name, Waveform(options));
        }

        // Enough draws that what is rare and dear comes up as often as it should.
        Row("all at their defaults", Waveform(new AugmentationOptions(), 30 * Pieces));
        Row("another speed", Measure(
            settings.Timed, i => SpeedPerturbation.Apply(pieces[i % Pieces], i % 2 == 0 ? 0.88 : 1.13), PieceSeconds));
        var reader = new UtteranceReader(new FrontEndSpecification(), new UtteranceOptions());
        Row("features of the result", Measure(settings.Timed, i => reader.Analyse(pieces[i % Pieces]), PieceSeconds));
        AddCrops(Row, settings.Timed);
        return table.ToString();
    }

    private static void AddCrops(Action<string, double> row, double timed)
    {
        const int Frames = 200;
        var frontEnd = new FrontEndSpecification();
        var values = Noise.Make(Frames * frontEnd.Cepstra);
        foreach (var (name, options) in ((string, CropOptions)[])
                 [
                     ("crop: warp", NothingOfCrops with { WarpProbability = 1 }),
                     ("crop: noise floor", NothingOfCrops with { NoiseFloorProbability = 1 }),
                     ("crop: masks", NothingOfCrops with { BandMaskProbability = 1, TimeMaskProbability = 1 }),
                     ("crop: quefrency mask", NothingOfCrops with { QuefrencyMaskProbability = 1 }),
                 ])
        {
            var augmenter = new CropAugmenter(options, frontEnd);
            var crop = new FeatureMatrix((float[])values.Clone(), Frames, frontEnd.Cepstra);
            row(name, Measure(
                timed,
                i =>
                {
                    values.CopyTo(crop.Values, 0);
                    augmenter.Apply(crop, SplitRandom.For(i));
                },
                Frames * (double)frontEnd.HopLength / frontEnd.SampleRate));
        }
    }

    /// <summary>
    /// Milliseconds of the processor's time for a second of sound, of the fastest of the passes: other work on the core
    /// only ever adds.
    /// </summary>
    private static double Measure(double timed, Action<int> run, double seconds, int runs = Pieces)
    {
        var fastest = double.PositiveInfinity;
        var whole = Stopwatch.StartNew();
        for (var pass = 0; pass < 3 || whole.Elapsed.TotalSeconds < timed; pass++)
        {
            var start = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < runs; i++)
            {
                run(i);
            }

            fastest = Math.Min(fastest, (Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
        }

        return fastest / (runs * seconds);
    }

    private static float[][] ReadPieces(string folder)
    {
        var sound = new List<float>();
        foreach (var file in Corpora.RecordingTree.Of(Path.GetFullPath(folder), default).Recordings)
        {
            sound.AddRange(AudioFile.ReadSamples(file));
            if (sound.Count >= Pieces * PieceSeconds * AudioFile.SampleRate)
            {
                return [.. sound.Chunk(PieceSeconds * AudioFile.SampleRate).Take(Pieces)];
            }
        }

        throw new ArgumentException($"{folder} holds less than {Pieces * PieceSeconds} s of sound.");
    }
}
