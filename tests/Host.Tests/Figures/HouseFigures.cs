using System.Diagnostics;
using System.Net;
using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Wyoming;
using Speaker.Host.Tests.House;
using Speaker.Host.Tests.Support;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Figures;

/// <summary>What the house adds to the time of speech recognition: figures for docs/house.md.</summary>
public sealed class HouseFigures(ITestOutputHelper output)
{
    private const int Rounds = 40;

    /// <summary>From the end of 3 s of sound to the words, of an upstream that takes no time, with it and through the
    /// house in turns.</summary>
    [FigureFact]
    public async Task AddedLatency()
    {
        var speech = Sounds.Speech("ru", 12, 12)[..(3 * Sounds.SampleRate)];
        foreach (var model in (string[])["fast", "accurate"])
        {
            using var folder = new TemporaryFolder();
            var recognizer = SpeakerRecognizer.Open(new SpeakerOptions
            {
                Model = { Path = ApplicationFiles.Model(model) }, Store = { Path = folder.File("voiceprints.db") },
            });
            await recognizer.EnrollAsync(
                "anna", AudioInput.FromSamples(Sounds.Speech("ru", 0, 12), Sounds.SampleRate));
            using var upstream = new WyomingUpstream();
            await using var proxy = await HouseProxy.StartAsync(recognizer, upstream.Port);
            var (direct, through) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                direct.Add(await TimeAsync(new IPEndPoint(IPAddress.Loopback, upstream.Port), speech));
                through.Add(await TimeAsync(proxy.Address, speech));
            }

            output.WriteLine(FormattableString.Invariant(
                $"{model}: upstream alone {Text(direct)}; through the house {Text(through)}"));
        }
    }

    private static string Text(List<double> times) => FormattableString.Invariant(
        $"least {times.Min():F1} ms, median {DevSpeech.Quantile(times, 0.5):F1} ms");

    private static async Task<double> TimeAsync(IPEndPoint address, float[] speech)
    {
        using var client = await WyomingClient.ConnectAsync(address);
        await client.StartAsync();
        await client.SayAsync(speech);
        var begun = Stopwatch.GetTimestamp();
        await client.SendAsync(new WyomingEvent(WyomingEvent.AudioStop));
        Assert.Equal(WyomingEvent.Transcript, (await client.ReadAsync())!.Type);
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }
}
