using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Speaker.Audio.Features;
using Speaker.Audio.Features.Mfcc;
using Speaker.Audio.Numerics;
using Speaker.Audio.Quality;
using Speaker.Audio.Resampling;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.Tests.Features.Mfcc;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Numerics;

/// <summary>
/// The kernels in a process whose runtime has been told what instructions it may use, for that is settled when it
/// starts: <c>dotnet Audio.Tests.dll numerics FILE</c>.
/// </summary>
internal static class NumericsProcess
{
    /// <summary>
    /// Writes what <see cref="Compute"/> gives to the file, and prints how many lanes there are, and how many a vector
    /// of the machine's own width has.
    /// </summary>
    public static void Write(string path)
    {
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(Compute().AsSpan()));
        Console.WriteLine(Lanes512.IsSupported ? 16 : Lanes256.IsSupported ? 8 : Lanes128.IsSupported ? 4 : 1);
        Console.WriteLine(Vector<float>.Count);
    }

    /// <summary>Runs <see cref="Write"/> with a variable of the runtime set.</summary>
    /// <returns>The numbers, how many lanes there are, and how many a vector has.</returns>
    public static (float[] Numbers, int Lanes, int VectorLanes) Run(string variable, string value, string path)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [typeof(NumericsProcess).Assembly.Location, "numerics", path])
            {
                RedirectStandardOutput = true,
                Environment = { [variable] = value },
            })!;
        var lanes = process.StandardOutput.ReadToEnd().Split('\n')
            .Where(line => line.Length > 0).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return (MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray(), lanes[0], lanes[1]);
    }

    /// <summary>
    /// Products, convolutions, functions, sums, transforms, features, the level of a sound, another rate of it, and the
    /// decisions of the speech detector that ships.
    /// </summary>
    public static float[] Compute() => [
        .. MultiplyAddCases.OfEachKind().First(),
        .. MultiplyAddCases.OfEachKind().Skip(1).First(),
        .. Convolutions(),
        .. Functions(),
        .. Sums(),
        .. Transforms(),
        .. Features(),
        .. Sound(),
        .. Detection(),
    ];

    private static float[] Convolutions()
    {
        var random = new Random(8);
        return new[] { 1, 8, 24, 40, 56, 120 }
            .SelectMany(outputs => new ConvolutionCase(random, outputs, 29).Compute(29)).ToArray();
    }

    private static IEnumerable<float> Functions()
    {
        for (var x = -100f; x < 100; x += 0.37f)
        {
            var lanes = Vector256.Create(x);
            yield return LaneFunctions.Exp(lanes).ToScalar();
            yield return LaneFunctions.Sigmoid(lanes).ToScalar();
            yield return LaneFunctions.Tanh(lanes * 0.1f).ToScalar();
            yield return LaneLogarithm.Natural(new Vector<float>(MathF.Abs(x) * 1e-3f))[0];
        }
    }

    private static float[] Sums()
    {
        var values = MfccCases.Sound(1003, 1);
        return
        [
            FixedOrderSums.Sum(values),
            FixedOrderSums.SumOfSquares(values),
            FixedOrderSums.Dot(values, MfccCases.Sound(1003, 2)),
        ];
    }

    private static IEnumerable<float> Transforms()
    {
        foreach (var size in new[] { 2, 8, 16, 32, 64, 512, 4096 })
        {
            var (real, imaginary) = (MfccCases.Sound(size, 2), MfccCases.Sound(size, 3));
            new FourierTransform(size).Forward(real, imaginary);
            foreach (var value in real.Concat(imaginary))
            {
                yield return value;
            }
        }
    }

    /// <summary>By the front end that ships, and by options that go through every loop.</summary>
    private static IEnumerable<float> Features()
    {
        var sound = MfccCases.Sound(8000, 4);
        foreach (var value in new FrontEnd(new FrontEndSpecification()).Compute(sound).Values)
        {
            yield return value;
        }

        for (var seed = 0; seed < 40; seed++)
        {
            var rows = new SimdMfccExtractor(MfccCases.Random(seed)).ComputeFrom(sound);
            foreach (var value in rows.SelectMany(row => row))
            {
                yield return value;
            }
        }
    }

    private static IEnumerable<float> Sound()
    {
        var sound = MfccCases.Sound(8000, 5);
        Offset.Remove([.. sound], sound);
        foreach (var power in new FramePowers(new FrontEndSpecification()).Measure(sound).ToArray())
        {
            yield return power;
        }

        var resampled = new float[2000];
        new Resampler(new EndlessVoice(1), 11025).Read(resampled);
        foreach (var sample in resampled)
        {
            yield return sample;
        }
    }

    /// <summary>Of half a second of noise after silence.</summary>
    private static float[] Detection()
    {
        var random = new Random(9);
        var samples = new float[12_000];
        for (var i = 4000; i < samples.Length; i++)
        {
            samples[i] = (float)((random.NextDouble() - 0.5) * 0.1 * (1 + Math.Sin(i * 0.003)));
        }

        var map = new SpeechDetector(new FrontEndSpecification()).Detect(samples);
        return [.. map.LogOdds.ToArray(), (float)map.Confidence];
    }
}
