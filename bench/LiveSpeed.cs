using System.Diagnostics;
using System.Text.Json;
using Speaker.Audio;

namespace Speaker.Bench;

/// <summary>Live sessions: what a look takes, what a stream costs, and how many streams this machine carries.</summary>
internal static class LiveSpeed
{
    private const int SampleRate = 16_000;
    private const double LookSeconds = 0.5;

    /// <param name="Model">NAME of a model.</param>
    /// <param name="Recordings">Folder whose recordings are joined, again and again, to what is spoken.</param>
    /// <param name="Streams">Numbers of streams to try at a time.</param>
    /// <param name="Seconds">Of sound that each is given, in real time.</param>
    internal sealed record Settings(string Model, string Recordings, IReadOnlyList<int> Streams, double Seconds);

    /// <returns>JSON: the processor's share of a core for a stream, at its beginning and after minutes, and the
    /// milliseconds from the last sample to the answer by the number of streams.</returns>
    public static string Run(Settings settings) => RunAsync(settings).GetAwaiter().GetResult();

    private static async Task<string> RunAsync(Settings settings)
    {
        float[] speech =
        [
            .. Directory.GetFiles(settings.Recordings, "*.ogg", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal).Take(60).SelectMany(path => AudioFile.ReadSamples(path)),
        ];
        var store = Directory.CreateTempSubdirectory();
        var recognizer = SpeakerRecognizer.Open(new SpeakerOptions
        {
            Model = { Path = settings.Model }, Store = { Path = Path.Combine(store.FullName, "voiceprints.db") },
        });
        await recognizer.EnrollAsync("anna", AudioInput.FromSamples(speech.AsMemory(0, 6 * SampleRate), SampleRate));
        var session = await recognizer.StartLiveAsync("anna");
        await PushAsync(session, speech, 10);
        var early = await PushAsync(session, speech, 30);
        await PushAsync(session, speech, 110);
        var late = await PushAsync(session, speech, 30);
        var paced = new SortedDictionary<int, Latency>();
        foreach (var streams in settings.Streams)
        {
            paced.Add(streams, await PaceAsync(recognizer, speech, streams, settings.Seconds));
        }

        store.Delete(recursive: true);
        return JsonSerializer.Serialize(new
        {
            CoreShare = early, CoreShareAfterMinutes = late, Milliseconds = paced,
        });
    }

    /// <summary>As fast as it goes.</summary>
    /// <returns>Seconds of the processor for a second of sound.</returns>
    private static async Task<double> PushAsync(LiveSession session, float[] speech, double seconds)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var look = 0; look < seconds / LookSeconds; look++)
        {
            session.Append(Block(speech, look));
            await session.LookAsync();
        }

        return (Environment.CpuUsage.TotalTime - before).TotalSeconds / seconds;
    }

    /// <summary>Streams in real time, each beginning at a moment of its own.</summary>
    private static async Task<Latency> PaceAsync(
        SpeakerRecognizer recognizer, float[] speech, int streams, double seconds)
    {
        var before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var waits = await Task.WhenAll(Enumerable.Range(0, streams).Select(async stream =>
        {
            var session = await recognizer.StartLiveAsync("anna");
            var start = LookSeconds * stream / streams;
            var milliseconds = new List<double>();
            for (var look = 0; look < seconds / LookSeconds; look++)
            {
                var due = TimeSpan.FromSeconds(start + (look * LookSeconds));
                if (due > clock.Elapsed)
                {
                    await Task.Delay(due - clock.Elapsed);
                }

                session.Append(Block(speech, look + stream));
                await session.LookAsync();
                // From when the sound was there, also where the last look was late.
                milliseconds.Add((clock.Elapsed - due).TotalMilliseconds);
            }

            return milliseconds;
        }));
        var sorted = waits.SelectMany(wait => wait).Order().ToArray();
        return new Latency(
            sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)],
            (Environment.CpuUsage.TotalTime - before).TotalSeconds / clock.Elapsed.TotalSeconds);
    }

    private static ReadOnlySpan<float> Block(float[] speech, int number)
    {
        const int length = (int)(LookSeconds * SampleRate);
        return speech.AsSpan(number % (speech.Length / length) * length, length);
    }

    /// <param name="Median">Milliseconds.</param>
    /// <param name="P99">Of a hundred answers one takes longer.</param>
    /// <param name="Cores">Busy with all streams together.</param>
    private sealed record Latency(double Median, double P99, double Cores);
}
