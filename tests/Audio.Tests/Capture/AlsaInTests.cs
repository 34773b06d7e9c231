using System.Runtime.Versioning;
using NAudio.Wave;
using Speaker.Audio.Capture.Alsa;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Capture;

[Collection(AlsaConfiguration.Tests)]
[SupportedOSPlatform("linux")]
public class AlsaInTests
{
    [Fact]
    public void StopRecording_WhileItCaptures_RaisesRecordingStoppedOnceAndLast()
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.Use(folder, Signals.Voice(60));
        using var input = new AlsaIn("recording") { WaveFormat = new WaveFormat(16000, 16, 1) };
        using var heard = new ManualResetEventSlim();
        var events = new List<string>();
        input.DataAvailable += (_, captured) =>
        {
            Assert.InRange(captured.BytesRecorded, 2, 1600);
            events.Add("data");
            heard.Set();
        };
        input.RecordingStopped += (_, stopped) => events.Add($"stopped {stopped.Exception?.Message}");

        input.StartRecording();
        Assert.Throws<InvalidOperationException>(input.StartRecording);
        Assert.True(heard.Wait(TimeSpan.FromSeconds(30)));
        input.StopRecording();

        Assert.Equal("stopped ", events[^1]);
        Assert.Single(events, name => name != "data");
    }

    [Fact]
    public void StartRecording_AfterAStop_CapturesAgain()
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.Use(folder, Signals.Voice(60));
        using var input = new AlsaIn("recording") { WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(16000, 1) };
        using var heard = new CountdownEvent(2);
        input.DataAvailable += (_, _) =>
        {
            heard.Signal();
            input.StopRecording();
        };

        input.StartRecording();
        Assert.True(SpinWait.SpinUntil(() => heard.CurrentCount == 1, TimeSpan.FromSeconds(30)));
        input.StopRecording();
        input.StartRecording();

        Assert.True(heard.Wait(TimeSpan.FromSeconds(30)));
        input.StopRecording();
    }

    [Fact]
    public void StartRecording_FormatThatAlsaHasNoNameFor_SaysWhichItHas()
    {
        using var input = new AlsaIn("default") { WaveFormat = WaveFormat.CreateMuLawFormat(8000, 1) };

        var exception = Assert.Throws<NotSupportedException>(input.StartRecording);

        Assert.Contains("8-bit MuLaw", exception.Message, StringComparison.Ordinal);
        Assert.Contains("use 16-bit PCM or 32-bit float", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>The configuration of docs/microphone.md: "null" is defined by ALSA's own, whose place it takes.</summary>
    [Fact]
    public void StartRecording_DeviceOverNull_OpensThoughTheConfigurationDoesNotDefineIt()
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.Use(folder, Signals.Voice(60), slave: "null");
        using var input = new AlsaIn("recording") { WaveFormat = new WaveFormat(16000, 16, 1) };
        using var heard = new ManualResetEventSlim();
        input.DataAvailable += (_, _) => heard.Set();

        input.StartRecording();

        Assert.True(heard.Wait(TimeSpan.FromSeconds(30)));
        input.StopRecording();
    }

    [Fact]
    public void StartRecording_NoSuchDevice_ThrowsTheErrorOfAlsa()
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.Use(folder, Signals.Voice(0.1));
        using var input = new AlsaIn("nowhere");

        var exception = Assert.Throws<AlsaException>(input.StartRecording);

        Assert.Equal(-2, exception.ErrorCode); // ENOENT
        Assert.StartsWith("snd_pcm_open: ", exception.Message, StringComparison.Ordinal);
    }
}
