using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using NWaves.FeatureExtractors;
using NWaves.FeatureExtractors.Options;
using NWaves.Windows;
using Speaker.Audio.Features;

namespace Speaker.Bench;

/// <summary>
/// Time and allocation of the front end's MFCC and of NWaves' own extractor in one process, samples in memory to
/// features in memory, on noise.
/// </summary>
internal static class FeatureSpeed
{
    /// <param name="Sizes">Cepstra and mel bands of each measurement, such as 40x80.</param>
    /// <param name="Seconds">Of sound in one pass.</param>
    /// <param name="WarmUp">Seconds of passes before any is timed.</param>
    /// <param name="Timed">Seconds of timed passes of each side; the fastest counts.</param>
    /// <param name="Features">
    /// Folder with folders speaker and nwaves for the features, one file of float32 a size; written, not read.
    /// </param>
    internal sealed record Settings(string[] Sizes, int Seconds, double WarmUp, double Timed, string Features);

    /// <returns>One line of JSON: of each side for each size microseconds and allocated bytes a frame.</returns>
    public static string Run(Settings settings)
    {
        var speaker = new Dictionary<string, object>();
        var nwaves = new Dictionary<string, object>();
        foreach (var size in settings.Sizes)
        {
            var numbers = size.Split('x').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            var specification = new FrontEndSpecification { Cepstra = numbers[0], MelBands = numbers[1] };
            var samples = Noise.Make(settings.Seconds * specification.SampleRate);
            var stream = new StreamingFrontEnd(specification);
            var features = new float[stream.CountFrames(samples.Length) * specification.Cepstra];
            speaker[size] = Measure("speaker", size, features, specification.Cepstra, settings, () =>
            {
                stream.Push(samples, features);
                stream.Reset();
            });

            var extractor = new MfccExtractor(Options(specification));
            var vectors = Enumerable.Range(0, features.Length / specification.Cepstra)
                .Select(_ => new float[specification.Cepstra]).ToArray();
            nwaves[size] = Measure("nwaves", size, features, specification.Cepstra, settings, () =>
            {
                extractor.ComputeFrom(samples, 0, samples.Length, vectors);
                for (var i = 0; i < vectors.Length; i++)
                {
                    vectors[i].CopyTo(features, i * specification.Cepstra);
                }
            });
        }

        return JsonSerializer.Serialize(new { speaker, nwaves });
    }

    /// <summary>What the front end asks of its extractor.</summary>
    private static MfccOptions Options(FrontEndSpecification specification) => new()
    {
        SamplingRate = specification.SampleRate,
        FrameSize = specification.FrameLength,
        HopSize = specification.HopLength,
        FftSize = specification.FftSize,
        FilterBankSize = specification.MelBands,
        FeatureCount = specification.Cepstra,
        LowFrequency = specification.LowFrequency,
        HighFrequency = specification.HighFrequency,
        PreEmphasis = specification.PreEmphasis,
        Window = WindowType.Hamming,
        NonLinearity = NonLinearityType.LogE,
        LogFloor = (float)specification.LogFloor,
    };

    private static object Measure(
        string side, string size, float[] features, int cepstra, Settings settings, Action pass)
    {
        FastestPass(pass, settings.WarmUp);

        var before = GC.GetAllocatedBytesForCurrentThread();
        pass();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        var seconds = FastestPass(pass, settings.Timed);
        File.WriteAllBytes(Path.Combine(settings.Features, side, size), MemoryMarshal.AsBytes(features.AsSpan()));
        var frames = features.Length / cepstra;
        return new { microseconds = seconds * 1e6 / frames, bytes = (double)allocated / frames };
    }

    /// <summary>
    /// The processor's seconds for the fastest of the passes that fit into so many seconds, one at least: what other
    /// processes take of the core in a long pass is not counted.
    /// </summary>
    private static double FastestPass(Action pass, double duration)
    {
        var fastest = double.PositiveInfinity;
        var whole = Stopwatch.GetTimestamp();
        do
        {
            var start = Environment.CpuUsage.TotalTime;
            pass();
            fastest = Math.Min(fastest, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(whole).TotalSeconds < duration);

        return fastest;
    }
}
