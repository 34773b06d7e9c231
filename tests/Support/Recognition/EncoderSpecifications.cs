using Speaker.Models;

namespace Speaker.Tests.Support;

/// <summary>Encoders of many shapes.</summary>
internal static class EncoderSpecifications
{
    private const int Count = 12;

    /// <summary>How many there are, each by its number.</summary>
    public static IEnumerable<object[]> Numbers => Enumerable.Range(0, Count).Select(number => new object[] { number });

    /// <summary>
    /// The default one, and random ones: branches, strides, dilations, kernels, and widths that fill vectors or do not.
    /// </summary>
    public static EncoderSpecification Get(int number)
    {
        if (number == 0)
        {
            return new EncoderSpecification();
        }

        var random = new Random(number);
        var branches = random.Next(1, 4);
        return new EncoderSpecification
        {
            Coefficients = random.Next(1, 70),
            Width = random.Next(1, 60),
            EntryKernel = (2 * random.Next(0, 5)) + 1,
            EntryStride = random.Next(1, 5),
            Dilations = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, 20))],
            AggregateWidth = random.Next(1, 80),
            AttentionWidth = random.Next(1, 40),
            Dimension = branches * random.Next(2, 50),
            Branches = branches,
        };
    }
}
