using Speaker.Host.Telephone.Sound;

namespace Speaker.Host.Tests.Telephone;

public sealed class JitterBufferTests
{
    private const int FrameLength = 160;

    [Fact]
    public void Push_FramesOutOfOrderWithinTheBuffer_GivesThemInOrder()
    {
        var buffer = new JitterBuffer(8000, 0.1);
        Assert.Equal(
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Play(buffer, [2, 1, 3, 6, 4, 5, 7, 9, 8, 10]));
        Assert.Equal((10, 0, 0L), (buffer.Received, buffer.Dropped, buffer.Lost));
    }

    [Fact]
    public void Push_AFrameTwice_GivesItOnce()
    {
        var buffer = new JitterBuffer(8000, 0.1);
        Assert.Equal([1, 2, 3, 4, 5, 6], Play(buffer, [1, 1, 2, 3, 3, 4, 5, 5, 6, 2]));
        Assert.Equal((10, 4, 0L), (buffer.Received, buffer.Dropped, buffer.Lost));
    }

    [Fact]
    public void Push_AfterTheBuffersTime_PassesOverWhatIsMissingAndDropsItWhenItComes()
    {
        var buffer = new JitterBuffer(8000, 0.1);
        // 3 is missing; 4 to 8 are a tenth of a second, and fill the buffer.
        Assert.Equal([1, 2, 4, 5, 6, 7, 8, 9], Play(buffer, [1, 2, 4, 5, 6, 7, 8, 3, 9]));
        Assert.Equal((9, 1, 1L), (buffer.Received, buffer.Dropped, buffer.Lost));
    }

    [Fact]
    public void Push_WithoutABuffer_GivesWhatComesAndPassesOverGaps()
    {
        var buffer = new JitterBuffer(8000, 0);
        Assert.Equal([5, 6, 9, 10], Play(buffer, [5, 6, 9, 7, 10]));
        Assert.Equal((5, 1, 2L), (buffer.Received, buffer.Dropped, buffer.Lost));
    }

    [Fact]
    public void Push_AnyOrderOfAnyFrames_NeverHoldsMoreThanTheBufferAndOneFrame()
    {
        var random = new Random(1);
        var buffer = new JitterBuffer(8000, 0.2);
        var given = new List<int>();
        for (var pushed = 1; pushed <= 5000; pushed++)
        {
            given.AddRange(buffer.Push(random.NextInt64(0, 100_000), Frame(pushed)).Select(Number));
            Assert.InRange(pushed - buffer.Dropped - given.Count, 0, 10);
        }
    }

    [Fact]
    public void Push_EmptyFramesAndTinyOnes_HoldsAsManyAsMayBe()
    {
        var buffer = new JitterBuffer(24_000, 2);
        Assert.Empty(buffer.Push(7, []));
        Assert.Equal((1, 1, 0L), (buffer.Received, buffer.Dropped, buffer.Lost));
        var given = Enumerable.Range(1, 5000).Sum(number => buffer.Push(2 * number, [0.5f]).Count);
        Assert.Equal(5000 - 999, given);
        Assert.Equal(999, buffer.Flush().Count);
    }

    [Fact]
    public void Push_TheLargestNumber_CountsWhatWasPassedOver()
    {
        var buffer = new JitterBuffer(8000, 0);
        Assert.Single(buffer.Push(0, Frame(1)));
        Assert.Single(buffer.Push(1L << 53, Frame(2)));
        Assert.Equal((1L << 53) - 1, buffer.Lost);
    }

    private static int[] Play(JitterBuffer buffer, int[] numbers) =>
        [.. numbers.SelectMany(number => buffer.Push(number, Frame(number))).Concat(buffer.Flush()).Select(Number)];

    private static float[] Frame(int number)
    {
        var frame = new float[FrameLength];
        frame[0] = number;
        return frame;
    }

    private static int Number(float[] frame) => (int)frame[0];
}
