using System.Globalization;

namespace Speaker.Audio.Tests.Hostile;

/// <summary>
/// Mutated files from bytes to features. SPEAKER_FUZZ_CASES is how many random ones (2,000 unless set) follow those
/// that go through every header field; SPEAKER_FUZZ_SEED draws others.
/// </summary>
public class FuzzTests
{
    [Fact]
    public async Task Read_OfMutatedFiles_ThrowsNothingButAudioExceptionInBoundedMemory()
    {
        var seed = Setting("SPEAKER_FUZZ_SEED", 1);
        var cases = new FuzzCases(seed).Systematic + Setting("SPEAKER_FUZZ_CASES", 2000);
        var run = new FuzzRun(seed, cases);

        await run.RunAsync();

        Assert.True(run.Failures.Count == 0, string.Join("\n", run.Failures));
        Assert.Equal(cases, run.Completed);
    }

    [Fact]
    public void Cases_OfOneSeed_AreTheSameEveryTime()
    {
        var (first, second, other) = (new FuzzCases(1), new FuzzCases(1), new FuzzCases(2));
        var random = Enumerable.Range(first.Systematic, 200).ToArray();

        Assert.All(Enumerable.Range(0, first.Systematic), number => Assert.Equal(first[number], second[number]));
        Assert.All(random, number => Assert.Equal(first[number], second[number]));
        Assert.Contains(random, number => !first[number].AsSpan().SequenceEqual(other[number]));
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;
}
