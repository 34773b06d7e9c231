using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Speaker.Audio.Features;
using Speaker.Audio.Numerics;
using Speaker.Audio.SpeechDetection;

namespace Speaker.Audio.Tests.Numerics;

/// <summary>
/// The kernels in a process whose runtime has been told what instructions it may use, for that is settled when it
/// starts: <c>dotnet Audio.Tests.dll numerics FILE</c>.
/// </summary>
internal static class NumericsProcess
{
    /// <summary>Writes what <see cref="Compute"/> gives to the file, and prints how many lanes there are.</summary>
    public static void Write(string path)
    {
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(Compute().AsSpan()));
        Console.WriteLine(Lanes512.IsSupported ? 16 : Lanes256.IsSupported ? 8 : Lanes128.IsSupported ? 4 : 1);
    }

    /// <summary>Runs <see cref="Write"/> with a variable of the runtime set to 0.</summary>
    /// <returns>The numbers, and how many lanes there are.</returns>
    public static (float[] Numbers, int Lanes) Run(string variable, string path)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [typeof(NumericsProcess).Assembly.Location, "numerics", path])
            {
                RedirectStandardOutput = true,
                Environment = { [variable] = "0" },
            })!;
        var lanes = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return (
            MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray(), int.Parse(lanes, CultureInfo.InvariantCulture));
    }

    /// <summary>Products, convolutions, functions, and the decisions of the speech detector that ships.</summary>
    public static float[] Compute() => [
        .. MultiplyAddCases.OfEachKind().First(),
        .. MultiplyAddCases.OfEachKind().Skip(1).First(),
        .. Convolutions(),
        .. Functions(),
        .. Detection(),
    ];

    private static float[] Convolutions()
    {
        var random = new Random(8);
        return new[] { 1, 8, 24, 40, 56, 120 }.SelectMany(outputs => new ConvolutionCase(random, outputs, 29).Compute(29))
            .ToArray();
    }

    private static IEnumerable<float> Functions()
    {
        for (var x = -100f; x < 100; x += 0.37f)
        {
            var lanes = Vector256.Create(x);
            yield return LaneFunctions.Exp(lanes).ToScalar();
            yield return LaneFunctions.Sigmoid(lanes).ToScalar();
            yield return LaneFunctions.Tanh(lanes * 0.1f).ToScalar();
        }
    }

    /// <summary>Of half a second of noise after silence.</summary>
    private static IEnumerable<float> Detection()
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
