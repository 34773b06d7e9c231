using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Speaker.Audio.Numerics;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Tests.Search;

namespace Speaker.Tests.Inference;

/// <summary>
/// The encoder in a process whose runtime has been told what instructions it may use, for that is settled when it
/// starts: <c>dotnet Recognition.Tests.dll FILE</c>.
/// </summary>
public static class EncoderProcess
{
    /// <summary>Writes the embeddings to the file, and prints how many lanes there are.</summary>
    public static int Main(string[] arguments)
    {
        if (arguments is not [var path])
        {
            return 1;
        }

        if (path == SearchInstructionsTests.Mode)
        {
            Console.WriteLine(SearchInstructionsTests.Answers());
            return 0;
        }

        File.WriteAllBytes(path, MemoryMarshal.AsBytes(Embeddings().AsSpan()));
        Console.WriteLine(Lanes512.IsSupported ? 16 : Lanes256.IsSupported ? 8 : Lanes128.IsSupported ? 4 : 1);
        return 0;
    }

    /// <summary>Runs <see cref="Main"/> with a variable of the runtime set to 0.</summary>
    /// <returns>The embeddings, and how many lanes there are.</returns>
    internal static (float[] Embeddings, int Lanes) Run(string variable, string path)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [typeof(EncoderProcess).Assembly.Location, path])
            {
                RedirectStandardOutput = true,
                Environment = { [variable] = "0" },
            })!;
        var lanes = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return (
            MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray(),
            int.Parse(lanes, CultureInfo.InvariantCulture));
    }

    /// <summary>Of several networks, with panels of every width, and lengths.</summary>
    internal static float[] Embeddings()
    {
        EncoderSpecification[] specifications = [
            RandomEncoder.Small with { Branches = 2 },
            RandomEncoder.Small with { Width = 57, AggregateWidth = 40, AttentionWidth = 20, Dimension = 30 },
            RandomEncoder.SmallResNet,
            RandomEncoder.SmallJoined,
            // The widest stage has the channels from which tiles are two bands high.
            RandomEncoder.SmallResNet with { Width = 128, StageBlocks = [1, 1], Coefficients = 7, Branches = 2 },
        ];
        return [.. specifications.SelectMany(specification =>
        {
            var network = new EncoderNetwork(specification, RandomEncoder.Weights(specification), "test");
            return new[] { 1, 30, 260 }.SelectMany(frames => network.Embed(
                RandomEncoder.Features(frames, frames, specification.Coefficients).Values, frames));
        })];
    }
}
