using Speaker.Numerics;

namespace Speaker.Tests.Numerics;

public class SplitRandomTests
{
    [Fact]
    public void For_SameKeys_GivesTheSameStream()
    {
        var (one, two) = (SplitRandom.For(1, 2, 3), SplitRandom.For(1, 2, 3));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(one.NextBits(), two.NextBits()));
    }

    [Fact]
    public void For_NeighbouringKeys_GivesStreamsThatShareNothing()
    {
        var seen = new HashSet<ulong>();
        for (var i = 0; i < 30; i++)
        {
            for (var j = 0; j < 30; j++)
            {
                var random = SplitRandom.For(i, j);
                Assert.All(Enumerable.Range(0, 10), _ => Assert.True(seen.Add(random.NextBits())));
            }
        }
    }

    [Fact]
    public void Next_ManyDraws_AreEven()
    {
        var random = SplitRandom.For(5);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.Next(7)]++;
        }

        // Five standard deviations of a binomial with n = 70,000, p = 1/7.
        Assert.All(counts, count => Assert.InRange(count, 10_000 - 463, 10_000 + 463));
    }

    [Fact]
    public void NextGaussians_ManyDraws_HaveTheMomentsOfANormal()
    {
        var random = SplitRandom.For(6);
        var values = Enumerable.Range(0, 50_000).Select(_ => random.NextGaussians())
            .SelectMany(pair => new double[] { pair.First, pair.Second }).ToArray();
        Assert.InRange(values.Average(), -0.016, 0.016);
        Assert.InRange(values.Average(v => v * v), 0.978, 1.022);
        Assert.InRange(values.Average(v => v * v * v * v), 2.85, 3.15);
    }

    [Fact]
    public void Key_Text_IsTheSameOnEveryMachine() =>
        Assert.Equal(KeyOracle("LibriSpeech/19"), SplitRandom.Key("LibriSpeech/19"));

    [Fact]
    public void Shuffle_SmallArray_GivesEveryOrderEquallyOften()
    {
        var random = SplitRandom.For(7);
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 24_000; i++)
        {
            var items = "abcd".ToCharArray();
            random.Shuffle(items.AsSpan());
            counts[new string(items)] = counts.GetValueOrDefault(new string(items)) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 1000 - 155, 1000 + 155));
    }

    private static long KeyOracle(string text)
    {
        var hash = System.Numerics.BigInteger.Parse("14695981039346656037");
        var modulus = System.Numerics.BigInteger.One << 64;
        foreach (var value in System.Text.Encoding.Unicode.GetBytes(text))
        {
            hash = (hash ^ value) * 1099511628211 % modulus;
        }

        hash = (hash ^ (hash >> 30)) * System.Numerics.BigInteger.Parse("13787848793156543929") % modulus;
        hash = (hash ^ (hash >> 27)) * System.Numerics.BigInteger.Parse("10723151780598845931") % modulus;
        return unchecked((long)(ulong)(hash ^ (hash >> 31)));
    }
}
