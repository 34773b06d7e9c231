namespace Speaker.Host.Tests.Support;

/// <summary>Unit vectors to stand for embeddings.</summary>
internal static class Vectors
{
    /// <summary>A number that depends on the text and on nothing else (FNV-1a).</summary>
    public static int Seed(string text) =>
        (int)text.Aggregate(2166136261u, (hash, character) => (hash ^ character) * 16777619u);

    public static float[] Random(int seed, int length)
    {
#pragma warning disable CA5394 // nothing secret about a test's vectors
        var random = new Random(seed);
        var vector = Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
#pragma warning restore CA5394
        return Unit(vector);
    }

    /// <summary>A unit vector at a cosine distance from (1, 0, 0…) in the plane of the first and another
    /// axis.</summary>
    public static float[] AtDistance(double distance, int length = 8, int axis = 1)
    {
        var vector = new float[length];
        vector[0] = (float)(1 - distance);
        vector[axis] = (float)Math.Sqrt(1 - ((1 - distance) * (1 - distance)));
        return vector;
    }

    /// <summary>As a store that does not seal keeps it.</summary>
    public static byte[] Bytes(float[] vector) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan()).ToArray();

    private static float[] Unit(float[] vector)
    {
        var norm = Math.Sqrt(vector.Sum(x => (double)x * x));
        return [.. vector.Select(x => (float)(x / norm))];
    }
}
