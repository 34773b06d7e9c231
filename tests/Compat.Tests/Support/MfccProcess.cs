using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using NWaves.FeatureExtractors;
using NWaves.FeatureExtractors.Options;
using NWaves.Windows;

namespace Speaker.Compat.Tests.Support;

/// <summary>
/// MFCC in a process whose runtime has been told what instructions it may use, for that is settled when it starts.
/// Started as <c>dotnet Compat.Tests.dll FILE</c>; writes the features to the file and prints the lanes of a vector.
/// </summary>
public static class MfccProcess
{
    public static int Main(string[] arguments)
    {
        if (arguments is not [var path])
        {
            return 1;
        }

        File.WriteAllBytes(path, MemoryMarshal.AsBytes(Features().AsSpan()));
        Console.WriteLine(Vector<float>.Count);
        return 0;
    }

    /// <summary>Runs <see cref="Main"/> with a variable of the runtime set.</summary>
    /// <returns>The features, and the lanes of a vector there.</returns>
    public static (float[] Features, int Lanes) Run(string variable, string value, string path)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(MfccProcess).Assembly.Location, path])
        {
            RedirectStandardOutput = true,
            Environment = { [variable] = value },
        })!;
        var lanes = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return (
            MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray(),
            int.Parse(lanes, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Of the golden signal, by the front end that ships and by others that go through every loop.</summary>
    public static float[] Features()
    {
        var signal = MfccGolden.Signal(16000);
        var features = new List<float>();
        MfccOptions[] all =
        [
            Options(60, 80, NonLinearityType.LogE, SpectrumType.Power),
            Options(13, 26, NonLinearityType.ToDecibel, SpectrumType.MagnitudeNormalized),
            Options(40, 64, NonLinearityType.Log10, SpectrumType.Magnitude),
        ];
        all[2].IncludeEnergy = true;
        all[2].FftSize = 1024;
        all[2].LogFloor = float.Epsilon;
        foreach (var options in all)
        {
            var vectors = Enumerable.Range(0, 48).Select(_ => new float[options.FeatureCount]).ToArray();
            Assert.Equal(48, new MfccExtractor(options).ComputeFrom(signal, 0, signal.Length, vectors));
            features.AddRange(vectors.SelectMany(vector => vector));
        }

        return [.. features];
    }

    private static MfccOptions Options(
        int count, int bands, NonLinearityType nonLinearity, SpectrumType spectrum) => new()
    {
        SamplingRate = 16000,
        FrameSize = 400,
        HopSize = 160,
        FftSize = 512,
        FeatureCount = count,
        FilterBankSize = bands,
        LowFrequency = 20,
        HighFrequency = 7600,
        PreEmphasis = 0.97,
        Window = WindowType.Hamming,
        NonLinearity = nonLinearity,
        SpectrumType = spectrum,
        LogFloor = 3e-7f,
    };
}
