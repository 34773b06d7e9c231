using Speaker.Audio.Features;

namespace Speaker.Audio.Tests.Features;

public class FeatureMatrixTests
{
    [Fact]
    public void Slice_OfTheMiddle_IsACopyOfThoseRows()
    {
        var matrix = new FeatureMatrix([1, 2, 3, 4, 5, 6, 7, 8], 4, 2);

        var slice = matrix.Slice(1, 2);
        matrix.Row(1)[0] = 0;

        Assert.Equal((2, 2), (slice.Frames, slice.Coefficients));
        Assert.Equal([3, 4, 5, 6], slice.Values);
    }

    [Fact]
    public void Slice_BeyondTheEnd_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureMatrix(3, 2).Slice(2, 2));

    [Fact]
    public void Constructor_ValuesThatDoNotFit_Throws() =>
        Assert.Throws<ArgumentException>(() => new FeatureMatrix(new float[5], 2, 3));
}
