using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.Host.Presentation;
using Speaker.Host.Tests.Support;
using Speaker.Recognition;

namespace Speaker.Host.Tests.Cli;

/// <summary>Recordings that would not fit into memory as a whole, as a process.</summary>
[Collection(TestModelTests.Name)]
public sealed class LongRecordingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;

    public LongRecordingTests(TestModel model) => _speaker = new SpeakerProcess(_folder, model.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Embed_HalfAnHourInAHeapSmallerThanItsSamples_EmbedsAndShowsHowFarItIs()
    {
        var speech = Sounds.Speech("de", 0, 40);
        var samples = new float[1800 * Sounds.SampleRate];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = speech[i % speech.Length];
        }

        var path = WaveFile.Write(_folder.File("long.wav"), samples);

        // 64 MiB for everything managed; the samples alone are 110.
        var result = _speaker.Run([("DOTNET_GCHeapHardLimit", "0x4000000")], "embed", path);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.InRange(result.Json.GetProperty("speechSeconds").GetDouble(), 300, 1800);
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Matches(@"^speaker: .*long\.wav: 0:10:\d\d of 0:30:00$", lines[0]);
        Assert.Matches(@"^speaker: .*long\.wav: 0:2[01]:\d\d of 0:30:00$", lines[1]);
    }

    [Fact]
    public void Embed_InterruptedInTheMiddle_StopsWithTheShellsExitCode()
    {
        // 18 hours of silence that take no room on the disk.
        var path = WaveFile.Write(_folder.File("long.wav"), []);
        const uint bytes = 18 * 3600 * Sounds.SampleRate * 2u;
        using (var file = new BinaryWriter(File.OpenWrite(path)))
        {
            file.Seek(4, SeekOrigin.Begin);
            file.Write(36 + bytes);
            file.Seek(40, SeekOrigin.Begin);
            file.Write(bytes);
            file.BaseStream.SetLength(44 + (long)bytes);
        }

        using var process = _speaker.Start([], "embed", path);
        var line = process.StandardError.ReadLine();
        Assert.Contains("0:10:", line, StringComparison.Ordinal);
        Assert.EndsWith(" of 18:00:00", line, StringComparison.Ordinal);
        SpeakerProcess.Signal(process, "INT");
        var rest = process.StandardError.ReadToEnd();
        SpeakerProcess.WaitForExit(process);

        Assert.Equal(130, process.ExitCode);
        Assert.EndsWith("speaker: stopped\n", rest, StringComparison.Ordinal);
        Assert.Empty(process.StandardOutput.ReadToEnd());
    }

    [Theory]
    [InlineData(0, null, "0:00:00")]
    [InlineData(59.99, 3600.0, "0:00:59 of 1:00:00")]
    [InlineData(86_399.5, 86_400.0, "23:59:59 of 24:00:00")]
    public void Text_OfProgress_IsHoursMinutesSeconds(double seconds, double? total, string text) =>
        Assert.Equal(text, ListeningDisplay.Text(new ListeningProgress(seconds, total)));
}
