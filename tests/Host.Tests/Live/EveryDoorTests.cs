using System.Net.WebSockets;
using System.Text.Json;
using NAudio.Wave;
using Speaker.Host.Telephone.Media;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;
using Speaker.Host.Tests.Telephone;

namespace Speaker.Host.Tests.Live;

/// <summary>One recording through every door: a file, the microphone, a pipe, an upload, a web socket and a call.</summary>
[Collection(TestModelTests.Name)]
public sealed class EveryDoorTests(TestModel model)
{
    private const int Seconds = 3;

    /// <summary>Where the embeddings are the same, all of these are.</summary>
    private static readonly string[] _fields =
        ["speaker", "decision", "distance", "threshold", "llr", "speechSeconds", "quality", "code", "model"];

    [Fact]
    public async Task Recording_ByEveryDoor_GetsTheSameAnswerToTheBit()
    {
        using var folder = new TemporaryFolder();
        await using var service = await TelephoneService.StartAsync(model);
        var speaker = new SpeakerProcess(folder, model.Path);
        (string, string)[] store = [("SPEAKER_STORE", service.Store)];
        var sound = WaveFile.Pcm16(Sounds.Speech("de", 4, 8)).AsMemory(0, Seconds * Sounds.SampleRate * sizeof(short));
        var file = folder.File("heard.wav");
        await using (var writer = new WaveFileWriter(file, new WaveFormat(Sounds.SampleRate, 1)))
        {
            await writer.WriteAsync(sound);
        }

        var answers = new Dictionary<string, JsonElement>
        {
            ["file"] = speaker.Run(store, "verify", "anna", file, "--json").Json,
            ["microphone"] = speaker.Run(
                // What is asked for is captured in whole blocks: there is a little more.
                [
                    .. store,
                    ("ALSA_CONFIG_PATH",
                        RecordedMicrophone.Write(folder, [.. sound.ToArray(), .. new byte[Sounds.SampleRate]])),
                ],
                "live", "anna", "--device", "recording", "--seconds", $"{Seconds}", "--no-early", "--json").Json,
            ["pipe"] = speaker.RunPiped(
                sound.ToArray(), store, "live", "anna", "--input", "-", "--no-early", "--json").Json,
            ["upload"] = await HttpService.JsonAsync(
                await service.VerifyAsync("anna", HttpService.Body(sound.ToArray(), "audio/pcm;rate=16000")), 200),
            ["web socket"] = await OverWebSocketAsync(service, sound),
            ["call"] = await OverTelephoneAsync(service, sound),
        };

        Assert.Equal("accept", answers["file"].GetProperty("decision").GetString());
        Assert.All(answers.Values, answer => Assert.Equal(Facts(answers["file"]), Facts(answer)));
    }

    private static string[] Facts(JsonElement answer) =>
        [.. _fields.Select(field => $"{field}: {answer.GetProperty(field).GetRawText()}")];

    private static async Task<JsonElement> OverWebSocketAsync(HttpService service, ReadOnlyMemory<byte> sound)
    {
        using var client = await LiveClient.ConnectAsync(service, "speaker=anna&rate=16000&early=false");
        await client.SpeakAsync(sound);
        await client.EndAsync();
        return await client.ConcludeAsync(WebSocketCloseStatus.NormalClosure);
    }

    private static async Task<JsonElement> OverTelephoneAsync(HttpService service, ReadOnlyMemory<byte> sound)
    {
        const int FrameBytes = 640;
        using var client = await MediaClient.ConnectAsync(service);
        await client.SendAsync(MediaClient.Start(MediaDialect.Plivo, "audio/x-l16", Sounds.SampleRate, ("speaker", "anna")));
        await client.PlayAsync([.. sound.ToArray().Chunk(FrameBytes)]);
        await client.SendAsync("""{"event":"stop"}""");
        return (await TelephoneService.DecidedAsync(service, MediaClient.CallId)).GetProperty("verification");
    }
}
