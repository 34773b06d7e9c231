namespace Speaker.Audio.Tests.Hostile;

/// <summary>
/// The cases of one seed, each a file that something is wrong with. The first ones go through every field of every
/// header and every short truncation; those after them are drawn at random, case n from the seed and n alone.
/// </summary>
internal sealed class FuzzCases
{
    private const int ShortTruncations = 64;

    /// <summary>What the bugs of other readers were made of, and the edges of the integer types.</summary>
    private static readonly long[] Sizes =
        [0, 1, -1, -8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, long.MinValue, long.MaxValue];

    private readonly int _seed;
    private readonly IReadOnlyList<SeedFile> _seeds = FuzzSeeds.All();
    private readonly List<Func<byte[]>> _systematic = [];

    public FuzzCases(int seed)
    {
        _seed = seed;
        foreach (var file in _seeds)
        {
            _systematic.Add(() => file.Bytes);
            foreach (var length in Enumerable.Range(0, Math.Min(ShortTruncations, file.Bytes.Length)))
            {
                _systematic.Add(() => file.Bytes[..length]);
            }

            foreach (var field in HeaderFields.Of(file.Bytes))
            {
                _systematic.AddRange(Values(field).Select(value => (Func<byte[]>)(() => Whole(field, file, value))));
            }
        }
    }

    /// <summary>How many cases come before the random ones.</summary>
    public int Systematic => _systematic.Count;

    public byte[] this[int number]
    {
        get
        {
            if (number < _systematic.Count)
            {
                return _systematic[number]();
            }

            var random = new Random(unchecked((_seed * 1_000_003) + number));
            return Mutations.Apply(_seeds, random);
        }
    }

    private static IEnumerable<long> Values(HeaderField field) => field.Kind switch
    {
        FieldKind.Channels => [0, 2, 64, 255, 1024, 65535],
        FieldKind.Rate => [0, 1, 383999, 384000, 767999, int.MaxValue, -1],
        _ => Sizes.DistinctBy(value => field.Width >= 8 ? value : value & ((1L << (8 * field.Width)) - 1)),
    };

    /// <summary>Checksums right, so that the value is looked at.</summary>
    private static byte[] Whole(HeaderField field, SeedFile file, long value) =>
        Mutations.Repaired(field.With(file.Bytes, value));
}
