using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Speaker.Audio;
using Speaker.Package.Tests.Support;
using Speaker.Tests.Support;

namespace Speaker.Package.Tests;

/// <summary>The samples, built from the packages alone, on real voices.</summary>
[Collection(PackedSamplesTests.Name)]
public sealed class SamplesTests(PackedSamples samples)
{
    [Fact]
    public void Verify_SameAndOtherVoice_AcceptsTheOneAndRejectsTheOther()
    {
        var program = PackedSamples.ProgramOf("Verify");
        var folder = samples.NewFolder("verify");

        var same = Command.Run("dotnet", folder, [], program, samples.Enrolment, samples.SameVoice);
        Assert.True(same.ExitCode == 0, same.Output);
        Assert.StartsWith("Accepted (WithinThreshold): distance ", same.Output, StringComparison.Ordinal);

        var other = Command.Run("dotnet", folder, [], program, samples.Enrolment, samples.OtherVoice);
        Assert.True(other.ExitCode == 1, other.Output);
        Assert.StartsWith("Rejected (BeyondThreshold): distance ", other.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "voiceprints.db")));
    }

    [Fact]
    public async Task WebApi_RecordingsAsBodies_EnrolsAndVerifiesThem()
    {
        var folder = samples.NewFolder("web");
        using var process = Command.Start(
            "dotnet", folder,
            [("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("Speaker__Store__Path", Path.Combine(folder, "v.db"))],
            PackedSamples.ProgramOf("WebApi"));
        try
        {
            using var client = new HttpClient { BaseAddress = await AddressAsync(process.StandardOutput) };
            var enrolled = await PostAsync(client, "speakers/anna", samples.Enrolment);
            Assert.True(enrolled.GetProperty("accepted").GetBoolean());

            var same = await PostAsync(client, "verify/anna", samples.SameVoice);
            Assert.Equal("Accepted", same.GetProperty("outcome").GetString());
            var other = await PostAsync(client, "verify/anna", samples.OtherVoice);
            Assert.Equal("Rejected", other.GetProperty("outcome").GetString());
            var unknown = await PostAsync(client, "verify/boris", samples.SameVoice);
            Assert.Equal("UnknownSpeaker", unknown.GetProperty("reason").GetString());

            using var text = new StringContent("this is a text, whatever it is sent as");
            using var refused = await client.PostAsync(new Uri("verify/anna", UriKind.Relative), text);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public void Live_RecordingAsMicrophone_LooksEveryHalfSecondAndDecides()
    {
        var folder = samples.NewFolder("live");
        var store = Path.Combine(folder, "speaker", "voiceprints.db");
        // The sample opens the store that is used where nobody says which: in the data folder.
        Command.Run(
            "dotnet", folder, [], PackedSamples.ProgramOf("Verify"), samples.Enrolment, samples.SameVoice)
            .RequireSuccess();
        Directory.CreateDirectory(Path.GetDirectoryName(store)!);
        File.Move(Path.Combine(folder, "voiceprints.db"), store);
        var sound = Path.Combine(folder, "capture.raw");
        File.WriteAllBytes(sound, WaveFile.Pcm16(AudioFile.ReadSamples(samples.SameVoice)));
        var configuration = Path.Combine(folder, "asound.conf");
        File.WriteAllText(
            configuration,
            "pcm.nothing { type null }\n"
            + "pcm.recording { type file slave.pcm \"nothing\" file \"/dev/null\" format raw infile \""
            + sound + "\" }\n");

        var live = Command.Run(
            "dotnet", folder, [("ALSA_CONFIG_PATH", configuration), ("XDG_DATA_HOME", folder)],
            PackedSamples.ProgramOf("Live"), "anna", "3", "recording").RequireSuccess();

        var lines = live.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // The decision may come before the three seconds are over.
        Assert.Equal(
            ((string[])["0.5 s", "1.0 s", "1.5 s", "2.0 s", "2.5 s", "3.0 s"]).Take(lines.Length - 1),
            lines[..^1].Select(line => line.Split(',')[0]));
        Assert.StartsWith("Accepted (WithinThreshold)", lines[^1], StringComparison.Ordinal);
    }

    private static async Task<Uri> AddressAsync(StreamReader output)
    {
        const string Announcement = "Now listening on: ";
        while (await output.ReadLineAsync() is { } line)
        {
            var start = line.IndexOf(Announcement, StringComparison.Ordinal);
            if (start >= 0)
            {
                return new Uri(line[(start + Announcement.Length)..].Trim() + "/");
            }
        }

        throw new InvalidOperationException("the sample ended before it listened");
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, string recording)
    {
        using var body = new StreamContent(File.OpenRead(recording));
        using var response = await client.PostAsync(new Uri(path, UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
