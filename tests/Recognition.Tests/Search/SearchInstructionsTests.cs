using System.Diagnostics;
using System.Globalization;
using Speaker.Numerics;
using Speaker.Scoring;
using Speaker.Search;

namespace Speaker.Tests.Search;

/// <summary>The search gives the same answer with whatever instructions, by both passes.</summary>
public sealed class SearchInstructionsTests
{
    /// <summary>What <see cref="Inference.EncoderProcess"/> is called with for this.</summary>
    internal const string Mode = "search";

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void Search_OtherInstructions_GivesTheSameRanking(string variable)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [typeof(SearchInstructionsTests).Assembly.Location, Mode])
            {
                RedirectStandardOutput = true,
                Environment = { [variable] = "0" },
            })!;
        var there = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(Answers(), there.Trim());
    }

    /// <summary>Names and distances of searches by both passes; distances to the sixth place, because the scorer's sums
    /// are the processor's.</summary>
    internal static string Answers()
    {
        var random = SplitRandom.For(8);
        float[] Vector()
        {
            float[] vector = [.. Enumerable.Range(0, 192).Select(_ => random.NextGaussians().First)];
            Voiceprint.Normalise(vector);
            return vector;
        }

        var (floats, bytes) = (new GalleryIndex(Scorer.Cosine, 192, int.MaxValue), new GalleryIndex(Scorer.Cosine, 192, 0));
        (string, TrialSide?)[] voices =
            [.. Enumerable.Range(0, 1300).Select(i => ($"{i}", (TrialSide?)Scorer.Cosine.Side(Vector())))];
        floats.Apply(voices);
        bytes.Apply(voices);
        return string.Join(' ', Enumerable.Range(0, 10).SelectMany(_ =>
        {
            var test = Scorer.Cosine.Side(Vector());
            return floats.Search(test, 4, default).Nearest.Concat(bytes.Search(test, 4, default).Nearest)
                .Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Speaker}:{each.Distance:0.00000}"));
        }));
    }
}
