using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Speaker.Scoring;
using Speaker.Search;

namespace Speaker.Bench;

/// <summary>The search for a voice among many, one at a time on one thread, by both kinds of first pass.</summary>
internal static class GallerySpeed
{
    private const int Top = 3;

    /// <param name="Speakers">In the gallery.</param>
    /// <param name="Queries">Recordings.</param>
    /// <param name="Folder">Where gallery.f32 and queries.f32 lie, row by row.</param>
    internal sealed record Settings(int Speakers, int Queries, string Folder);

    /// <returns>JSON: for each kind of first pass milliseconds a search and the nearest of each query, by its row.</returns>
    public static string Run(Settings settings)
    {
        var queries = Read(settings, "queries.f32", settings.Queries);
        return JsonSerializer.Serialize(new Dictionary<string, Result>
        {
            ["float32"] = Measure(settings, queries, int.MaxValue),
            ["bytes"] = Measure(settings, queries, 0),
        });
    }

    private static Result Measure(Settings settings, float[][] queries, int bytesFrom)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var index = new GalleryIndex(Scorer.Cosine, queries[0].Length, bytesFrom);
        var row = 0;
        foreach (var batch in ReadRows(settings, queries[0].Length).Chunk(8192))
        {
            index.Apply([.. batch.Select(voice => ($"{row++}", (TrialSide?)Scorer.Cosine.Side(voice)))]);
        }

        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)settings.Speakers;
        var milliseconds = new List<double>();
        var nearest = new List<int>();
        foreach (var warming in (bool[])[true, false])
        {
            foreach (var query in queries)
            {
                var side = Scorer.Cosine.Side(query);
                var start = ThreadClock.Milliseconds;
                var found = index.Search(side, Top, CancellationToken.None);
                if (!warming)
                {
                    milliseconds.Add(ThreadClock.Milliseconds - start);
                    nearest.Add(int.Parse(found.Nearest[0].Speaker, CultureInfo.InvariantCulture));
                }
            }
        }

        return new Result(milliseconds, nearest, bytes);
    }

    private static float[][] Read(Settings settings, string name, int count)
    {
        var bytes = File.ReadAllBytes(Path.Combine(settings.Folder, name));
        return [.. bytes.Chunk(bytes.Length / count).Select(row => MemoryMarshal.Cast<byte, float>(row).ToArray())];
    }

    private static IEnumerable<float[]> ReadRows(Settings settings, int dimension)
    {
        using var file = File.OpenRead(Path.Combine(settings.Folder, "gallery.f32"));
        for (var i = 0; i < settings.Speakers; i++)
        {
            var row = new float[dimension];
            file.ReadExactly(MemoryMarshal.AsBytes(row.AsSpan()));
            yield return row;
        }
    }

    private sealed record Result(
        IReadOnlyList<double> Milliseconds, IReadOnlyList<int> Nearest, double BytesOfVoiceprint);
}
