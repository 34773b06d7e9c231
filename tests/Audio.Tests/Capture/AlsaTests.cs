using Speaker.Audio.Capture;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Capture;

/// <summary>
/// NAudio 3.0.1 waits without end for a device that hangs in a read, so that there the watchdog's exception never
/// arrives; the stand-in leaves such a device to its thread. After the end of a file that stands for a device one
/// gives what it read last again (NAudio) or silence (the stand-in).
/// One class with the others, which share the environment.
/// </summary>
public partial class MicrophoneTests
{
    [Fact]
    public async Task CaptureAsync_DeviceThatHangs_ThrowsAfterTheWatchdog()
    {
        using var folder = new TestFolder();
        using var pipe = AlsaConfiguration.UseThenHang(folder, Signals.Voice(0.35));
        var microphone = new Microphone(
            new MicrophoneOptions { Device = "recording", WatchdogSeconds = 0.5 }, TimeProvider.System);

        var blocks = 0;
        var exception = await Assert.ThrowsAsync<AudioException>(async () =>
        {
            await foreach (var block in microphone.CaptureAsync(CancellationToken.None))
            {
                blocks++;
            }
        });

        Assert.Equal(3, blocks);
        Assert.Contains("\"recording\" delivered nothing for 0.5 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaptureAsync_RecordingThatEnds_IsSilentFromThere()
    {
        using var folder = new TestFolder();
        var sound = Signals.Noise(0.35);
        AlsaConfiguration.Use(folder, sound);
        var microphone = new Microphone(
            new MicrophoneOptions { Device = "recording", BlockSeconds = 0.5 }, TimeProvider.System);

        await using var blocks = microphone.CaptureAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await blocks.MoveNextAsync());

        Assert.Equal(sound[5599], blocks.Current[5599], 1e-4);
        Assert.All(blocks.Current[5600..], value => Assert.Equal(0, value));
    }
}
