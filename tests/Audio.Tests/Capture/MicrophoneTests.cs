using Microsoft.Extensions.Options;
using Speaker.Audio.Capture;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Capture;

[Collection(AlsaConfiguration.Tests)]
public class MicrophoneTests
{
    [Fact]
    public async Task CaptureAsync_OfARecording_GivesItsSamplesInBlocks()
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Voice(2.5);
        AlsaConfiguration.Use(folder, sound);
        var microphone = new Microphone(new MicrophoneOptions { Device = "recording" }, TimeProvider.System);

        var heard = new List<float>();
        await foreach (var block in microphone.CaptureAsync(CancellationToken.None))
        {
            Assert.Equal(1600, block.Length);
            heard.AddRange(block);
            if (heard.Count >= 2 * 16000)
            {
                break;
            }
        }

        for (var i = 0; i < heard.Count; i++)
        {
            Assert.Equal(sound[i], heard[i], 1e-4);
        }
    }

    [Fact]
    public async Task CaptureAsync_Cancelled_EndsTheCapture()
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.Use(folder, Signals.Voice(60));
        using var stop = new CancellationTokenSource();
        var microphone = new Microphone(new MicrophoneOptions { Device = "recording" }, TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var block in microphone.CaptureAsync(stop.Token))
            {
                await stop.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task CaptureAsync_ReaderThatIsSlow_LosesNothing()
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Noise(8);
        AlsaConfiguration.Use(folder, sound);
        var microphone = new Microphone(
            new MicrophoneOptions { Device = "recording", BlockSeconds = 5, WatchdogSeconds = 2 }, TimeProvider.System);

        await using var blocks = microphone.CaptureAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await blocks.MoveNextAsync());
        await Task.Delay(200);

        Assert.Equal(sound[0], blocks.Current[0], 1e-4);
        Assert.Equal(sound[79999], blocks.Current[79999], 1e-4);
    }

    [Fact]
    public async Task CaptureAsync_NoSuchDevice_SaysWhichAndWhatToDo()
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.Use(folder, Signals.Voice(0.1));
        var microphone = new Microphone(new MicrophoneOptions { Device = "nowhere" }, TimeProvider.System);

        var exception = await Assert.ThrowsAsync<AudioException>(async () =>
        {
            await foreach (var block in microphone.CaptureAsync(CancellationToken.None))
            {
            }
        });

        Assert.Contains("\"nowhere\" cannot be captured", exception.Message, StringComparison.Ordinal);
        Assert.Contains("arecord -L", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaptureAsync_DeviceThatHangs_ThrowsAfterTheWatchdog()
    {
        using var folder = new TemporaryFolder();
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
        using var folder = new TemporaryFolder();
        var sound = Signals.Noise(0.35);
        AlsaConfiguration.Use(folder, sound);
        var microphone = new Microphone(
            new MicrophoneOptions { Device = "recording", BlockSeconds = 0.5 }, TimeProvider.System);

        await using var blocks = microphone.CaptureAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await blocks.MoveNextAsync());

        Assert.Equal(sound[5599], blocks.Current[5599], 1e-4);
        Assert.All(blocks.Current[5600..], value => Assert.Equal(0, value));
    }

    /// <summary>What is for Windows alone costs nothing here.</summary>
    [Fact]
    public async Task CaptureAsync_OnLinux_DoesNotLoadWasapi()
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.Use(folder, Signals.Voice(0.5));
        var microphone = new Microphone(new MicrophoneOptions { Device = "recording" }, TimeProvider.System);

        await using var blocks = microphone.CaptureAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await blocks.MoveNextAsync());

        Assert.DoesNotContain(
            AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "NAudio.Wasapi");
    }

    [Fact]
    public void Constructor_OptionOutOfRange_Throws()
    {
        var exception = Assert.Throws<OptionsValidationException>(
            () => new Microphone(new MicrophoneOptions { BlockSeconds = 0 }, TimeProvider.System));

        Assert.Contains("BlockSeconds = 0, must be from 0.01 to 5", exception.Message, StringComparison.Ordinal);
    }
}
