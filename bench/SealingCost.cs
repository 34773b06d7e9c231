using System.Diagnostics;
using System.Globalization;
using Speaker.Enrolment.Protection;
using Speaker.Enrolment.Sqlite;

namespace Speaker.Bench;

/// <summary>Time to read everybody from an SQLite store whose voiceprints are sealed, beside one whose are not: the same
/// voiceprints, alternating in one process.</summary>
internal static class SealingCost
{
    private const string Model = "bench";

    /// <param name="Speakers">With 100 utterances each.</param>
    /// <param name="Dimension">Of the embeddings.</param>
    /// <param name="Rounds">Of which the fastest counts, since other work only ever adds.</param>
    internal sealed record Settings(int Speakers, int Dimension, int Rounds);

    /// <returns>Milliseconds of both, and of sealing.</returns>
    public static string Run(Settings settings)
    {
        var folder = Directory.CreateTempSubdirectory("speaker-bench-");
        try
        {
            var keys = Path.Combine(folder.FullName, "keys");
            TemplateKeyFile.AddKey(keys);
            var plain = Store(null, "plain.db");
            var vault = Store(keys, "sealed.db");
            var kept = Fill(plain, settings).GetAwaiter().GetResult();
            var started = Stopwatch.GetTimestamp();
            vault.ImportAsync(kept, Model, default).GetAwaiter().GetResult();
            var importing = Stopwatch.GetElapsedTime(started);
            var (least, leastSealed) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
            for (var round = 0; round < settings.Rounds; round++)
            {
                least = Min(least, Read(plain));
                leastSealed = Min(leastSealed, Read(vault));
            }

            return string.Create(
                CultureInfo.InvariantCulture,
                $"    {100 * settings.Speakers} voiceprints of {settings.Dimension}: " +
                $"{least.TotalMilliseconds:0} ms not sealed, " +
                $"{leastSealed.TotalMilliseconds:0} ms sealed ({leastSealed / least:0.00}); sealed and written in " +
                $"{importing.TotalSeconds:0.0} s");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        SqliteVoiceprintStore Store(string? keyFile, string name) => new(
            new StoreOptions { Path = Path.Combine(folder.FullName, name) }, TimeProvider.System,
            new ProtectionOptions { KeyFile = keyFile, KeyVariable = null });
    }

    private static async Task<IReadOnlyList<Speaker.Enrolment.KeptSpeaker>> Fill(
        SqliteVoiceprintStore store, Settings settings)
    {
        var at = DateTimeOffset.UnixEpoch;
#pragma warning disable CA5394 // nothing secret about a benchmark's vectors
        var random = new Random(1);
        var speakers = Enumerable.Range(0, settings.Speakers).Select(number => new Speaker.Enrolment.KeptSpeaker(
            string.Create(CultureInfo.InvariantCulture, $"speaker-{number:000000}"), at, null, null,
            [
                .. Enumerable.Range(0, 100).Select(_ => new Speaker.Enrolment.KeptUtterance(
                    0,
                    new StoredUtterance(
                        [.. Enumerable.Range(0, settings.Dimension).Select(_ => random.NextSingle())], 3, "a.wav")
                    {
                        Quality = new Speaker.Audio.AudioQuality(0.5, 0, -20, 30, 7500),
                    },
                    at)),
            ])).ToArray();
#pragma warning restore CA5394
        await store.ImportAsync(speakers, Model, default);
        return speakers;
    }

    private static TimeSpan Read(SqliteVoiceprintStore store)
    {
        var started = Stopwatch.GetTimestamp();
        var all = store.GetAllUtterancesAsync(Model, default).GetAwaiter().GetResult();
        GC.KeepAlive(all);
        return Stopwatch.GetElapsedTime(started);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
