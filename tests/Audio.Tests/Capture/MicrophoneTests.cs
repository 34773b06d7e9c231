using Speaker.Audio.Capture;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Capture;

public partial class MicrophoneTests
{
    [Fact]
    public async Task CaptureAsync_OfARecording_GivesItsSamplesInBlocks()
    {
        using var folder = new TestFolder();
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
        using var folder = new TestFolder();
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
        using var folder = new TestFolder();
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
        using var folder = new TestFolder();
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
    public void Constructor_OptionOutOfRange_Throws()
    {
        var exception = Assert.Throws<AudioException>(
            () => new Microphone(new MicrophoneOptions { BlockSeconds = 0 }, TimeProvider.System));

        Assert.Contains("BlockSeconds is 0; it must be from 0.01 to 5", exception.Message, StringComparison.Ordinal);
    }
}
