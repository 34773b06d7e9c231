using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Speaker.Audio.Features;

namespace Speaker.Bench;

/// <summary>
/// Time and allocation of the front end's MFCC, samples in memory to features in memory, on noise. The same program
/// runs on the stand-in and, built with -p:Packages=nuget, on NWaves itself.
/// </summary>
internal static class FeatureSpeed
{
    /// <param name="Sizes">Cepstra and mel bands of each measurement, such as 40x80.</param>
    /// <param name="Seconds">Of sound in one pass.</param>
    /// <param name="WarmUp">Seconds of passes before any is timed.</param>
    /// <param name="Timed">Seconds of timed passes; the fastest counts, since other work only ever adds.</param>
    /// <param name="Features">Folder for the features, one file of float32 a size; written, not read.</param>
    internal sealed record Settings(string[] Sizes, int Seconds, double WarmUp, double Timed, string Features);

    /// <returns>One line of JSON: for each size microseconds and allocated bytes a frame.</returns>
    public static string Run(Settings settings) =>
        JsonSerializer.Serialize(settings.Sizes.ToDictionary(size => size, size => Measure(size, settings)));

    private static Dictionary<string, double> Measure(string size, Settings settings)
    {
        var numbers = size.Split('x').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        var stream = new StreamingFrontEnd(new FrontEndSpecification { Cepstra = numbers[0], MelBands = numbers[1] });
        var samples = Noise.Make(settings.Seconds * stream.Specification.SampleRate);
        var frames = stream.CountFrames(samples.Length);
        var features = new float[frames * numbers[0]];
        FastestPass(stream, samples, features, settings.WarmUp);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var seconds = FastestPass(stream, samples, features, 0);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        seconds = Math.Min(seconds, FastestPass(stream, samples, features, settings.Timed));
        File.WriteAllBytes(Path.Combine(settings.Features, size), MemoryMarshal.AsBytes(features.AsSpan()));
        return new Dictionary<string, double>
        {
            ["microseconds"] = seconds * 1e6 / frames,
            ["bytes"] = (double)allocated / frames,
        };
    }

    /// <summary>
    /// The processor's seconds for the fastest of the passes that fit into so many seconds, one at least: what other
    /// processes take of the core in a long pass is not counted.
    /// </summary>
    private static double FastestPass(StreamingFrontEnd stream, float[] samples, float[] features, double duration)
    {
        var fastest = double.PositiveInfinity;
        var whole = Stopwatch.GetTimestamp();
        do
        {
            var start = Environment.CpuUsage.TotalTime;
            stream.Push(samples, features);
            fastest = Math.Min(fastest, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
            stream.Reset();
        }
        while (Stopwatch.GetElapsedTime(whole).TotalSeconds < duration);

        return fastest;
    }
}
