using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using NAudio.Codecs;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Resampling;

namespace Speaker.Bench;

/// <summary>
/// Telephone calls at once against a running service, each in real time: frames of 20 ms, µ-law at 8 kHz, in Twilio's
/// dialect. The service's processor time is read from /proc.
/// </summary>
internal static class TelephoneCalls
{
    private const int FrameSamples = 160;
    private const int Rate = 8000;

    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(20);

    /// <summary>A decision that comes later after the end of its call is late.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    /// <param name="Url">Of the service: ws://HOST:PORT.</param>
    /// <param name="Process">The service's id.</param>
    /// <param name="Calls">At once.</param>
    /// <param name="Seconds">Of sound in each.</param>
    /// <param name="Speakers">Who are claimed, in turn.</param>
    /// <param name="Recordings">A folder of one voice.</param>
    internal sealed record Settings(
        string Url, int Process, int Calls, double Seconds, IReadOnlyList<string> Speakers, string Recordings);

    /// <returns>Lines: processor time, decisions, and how long after the call's end they came.</returns>
    public static string Run(Settings settings) => RunAsync(settings).GetAwaiter().GetResult();

    private static async Task<string> RunAsync(Settings settings)
    {
        var frames = Frames(settings);
        var before = ProcessorTime(settings.Process);
        var begun = Stopwatch.GetTimestamp();
        var calls = await Task.WhenAll(Enumerable.Range(0, settings.Calls).Select(
            i => CallAsync(settings, frames, i, begun)));
        var wall = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var used = (ProcessorTime(settings.Process) - before).TotalSeconds;
        var waits = calls.Where(call => !call.IsEarly).Select(call => call.Wait.TotalMilliseconds).Order().ToArray();
        var lines = new List<string>
        {
            string.Create(
                CultureInfo.InvariantCulture,
                $"    {settings.Calls} calls of {settings.Seconds} s: {used:0.0} s of processor in {wall:0.0} s, " +
                $"{100 * used / (settings.Calls * settings.Seconds):0.0} % of a core a call; " +
                $"{calls.Count(call => call.Answer.Contains("accept", StringComparison.Ordinal))} accepted, " +
                $"{calls.Count(call => call.IsEarly)} before the end"),
        };
        if (waits.Length > 0)
        {
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"    from the end to the decision: median {waits[waits.Length / 2]:0} ms, " +
                $"99 % {waits[(int)(0.99 * (waits.Length - 1))]:0} ms, longest {waits[^1]:0} ms; " +
                $"{waits.Count(wait => wait > Late.TotalMilliseconds)} later than {Late.TotalSeconds} s"));
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static async Task<(string Answer, bool IsEarly, TimeSpan Wait)> CallAsync(
        Settings settings, byte[][] frames, int number, long begun)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(settings.Url + "/v1/telephone/stream"), default);
        // Spread over a second, as calls are.
        var offset = TimeSpan.FromSeconds(1.0 * number / settings.Calls);
        await SendAsync(
            $$$"""
            {"event":"start","streamSid":"s{{{number}}}","start":{"callSid":"c{{{number}}}","mediaFormat":
            {"encoding":"audio/x-mulaw","sampleRate":8000},
            "customParameters":{"speaker":"{{{settings.Speakers[number % settings.Speakers.Count]}}}"} } }
            """);
        var answering = AnswerAsync(socket);
        for (var i = 0; i < frames.Length && !answering.IsCompleted; i++)
        {
            var wait = offset + (i * Frame) - Stopwatch.GetElapsedTime(begun);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            await SendAsync(frames[i]);
        }

        var isEarly = answering.IsCompleted;
        var ended = Stopwatch.GetTimestamp();
        if (!isEarly)
        {
            await SendAsync("""{"event":"stop"}"""u8.ToArray());
        }

        return (await answering, isEarly, Stopwatch.GetElapsedTime(ended));

        Task SendAsync(object message) => socket.State != WebSocketState.Open ? Task.CompletedTask : socket.SendAsync(
            message as byte[] ?? Encoding.UTF8.GetBytes((string)message), WebSocketMessageType.Text, true, default);
    }

    private static async Task<string> AnswerAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), default);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private static byte[][] Frames(Settings settings)
    {
        var wide = Directory.GetFiles(settings.Recordings, "*.ogg", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .SelectMany(clip => AudioFile.ReadSamples(clip, CancellationToken.None))
            .Take((int)(settings.Seconds * AudioFile.SampleRate)).ToArray();
        var narrow = new float[(int)(settings.Seconds * Rate)];
        new Resampler(new MemorySampleProvider(wide, AudioFile.SampleRate, 1), Rate).Read(narrow);
        return
        [
            .. narrow.Select(sample => MuLawEncoder.LinearToMuLawSample(
                (short)Math.Clamp(MathF.Round(sample * 32767), -32767, 32767))).Chunk(FrameSamples).Select((frame, i) =>
                Encoding.UTF8.GetBytes(
                    $$$"""
                    {"event":"media","media":{"track":"inbound","chunk":"{{{i + 1}}}",
                    "payload":"{{{Convert.ToBase64String(frame)}}}"} }
                    """)),
        ];
    }

    private static TimeSpan ProcessorTime(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime;
    }
}
