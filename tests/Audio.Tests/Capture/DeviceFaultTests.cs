using System.Runtime.Versioning;
using NAudio.Wave;
using Speaker.Audio.Capture.Alsa;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Capture;

/// <summary>What happens to devices in use, put between the capture and a real PCM of ALSA.</summary>
[Collection(AlsaConfiguration.Tests)]
[SupportedOSPlatform("linux")]
public class DeviceFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static TheoryData<int[], int[], string[], string[]> Faults => new()
    {
        { [0, FaultyPcm.Overrun], [], ["Overrun"], ["Start", "Prepare", "Start"] },
        { [0, FaultyPcm.Overrun, 0, FaultyPcm.Overrun], [], ["Overrun", "Overrun"],
            ["Start", "Prepare", "Start", "Prepare", "Start"] },
        { [0, FaultyPcm.Suspended], [FaultyPcm.TryAgain, FaultyPcm.TryAgain, 0], ["Suspended", "Resumed"],
            ["Start", "Resume", "Resume", "Resume"] },
        { [0, FaultyPcm.Suspended], [FaultyPcm.TryAgain, FaultyPcm.NotImplemented], ["Suspended", "Resumed"],
            ["Start", "Resume", "Resume", "Prepare", "Start"] },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Capture_FaultThatPasses_GoesOnAndLosesNothingOfWhatTheDeviceGives(
        int[] reads, int[] resumes, string[] incidents, string[] calls)
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Voice(2);
        AlsaConfiguration.Use(folder, sound);
        FaultyPcm? pcm = null;
        var noticed = new List<string>();
        var microphone = Microphone(new MicrophoneOptions(), device => pcm = new FaultyPcm(device, reads, resumes));
        microphone.Noticed = notice => noticed.Add($"{notice.Incident}");

        var heard = await HearAsync(microphone, sound.Length);

        AssertAre(sound, heard);
        Assert.Equal(incidents, noticed);
        Assert.Equal(calls, pcm!.Calls);
        Assert.True(pcm.IsClosed);
        Assert.InRange(microphone.LatencySeconds!.Value, 0.1, 1);
    }

    [Fact]
    public async Task Capture_DeviceThatIsGoneAndComesBack_IsOpenedAgain()
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.Use(folder, Signals.Voice(1));
        var noticed = new List<CaptureNotice>();
        var opened = 0;
        var microphone = Microphone(
            new MicrophoneOptions { ReopenSeconds = 600 },
            device => ++opened switch
            {
                1 => new FaultyPcm(device, [0, FaultyPcm.Gone]),
                // Not there yet.
                2 or 3 => throw Closed(device),
                _ => device,
            });
        microphone.Noticed = noticed.Add;

        // 50 ms before the loss, and the device begins anew.
        var heard = await HearAsync(microphone, 16000);

        Assert.Equal(4, opened);
        AssertAre(Signals.Voice(1)[..800], heard[..800]);
        AssertAre(Signals.Voice(1)[..15200], heard[800..]);
        Assert.Equal([CaptureIncident.Lost, CaptureIncident.Back], noticed.Select(notice => notice.Incident));
        Assert.Contains("No such device", noticed[0].Message, StringComparison.Ordinal);
        Assert.Contains("for 600 s", noticed[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public async Task Capture_DeviceThatIsGoneForGood_EndsWithWhatItEndedBy(double reopenSeconds)
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.Use(folder, Signals.Voice(1));
        var opened = 0;
        var microphone = Microphone(
            new MicrophoneOptions { ReopenSeconds = reopenSeconds },
            device => opened++ == 0 ? new FaultyPcm(device, [0, FaultyPcm.Gone]) : throw Closed(device));

        var exception = await Assert.ThrowsAsync<AudioException>(() => HearAsync(microphone, 16000));

        Assert.Contains("stopped (snd_pcm_readi: No such device)", exception.Message, StringComparison.Ordinal);
        Assert.Equal(reopenSeconds > 0, opened > 1);
    }

    [Fact]
    public async Task Capture_StoppedWhileTheDeviceIsGone_EndsAtOnce()
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.Use(folder, Signals.Voice(1));
        using var stop = new CancellationTokenSource();
        var opened = 0;
        var microphone = Microphone(
            new MicrophoneOptions { ReopenSeconds = 3600 },
            device => opened++ == 0 ? new FaultyPcm(device, [0, FaultyPcm.Gone]) : throw Closed(device));
        microphone.Noticed = _ => stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => HearAsync(microphone, 16000, stop.Token).WaitAsync(Patience));
    }

    /// <summary>libasound's own recovery waits for such a device without an end.</summary>
    [Fact]
    public async Task Capture_StoppedWhileTheDeviceSleeps_EndsAndClosesIt()
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.Use(folder, Signals.Voice(1));
        using var stop = new CancellationTokenSource();
        FaultyPcm? pcm = null;
        var microphone = Microphone(
            new MicrophoneOptions(),
            device => pcm = new FaultyPcm(
                device, [0, FaultyPcm.Suspended], [.. Enumerable.Repeat(FaultyPcm.TryAgain, 100_000)]));
        microphone.Noticed = _ => stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => HearAsync(microphone, 16000, stop.Token).WaitAsync(Patience));

        Assert.True(pcm!.IsClosed);
    }

    private static Microphone Microphone(MicrophoneOptions options, Func<ICapturePcm, ICapturePcm> through) => new(
        options with { Device = "recording" }, TimeProvider.System,
        (device, format) => new AlsaIn(device, through) { WaveFormat = format });

    private static AlsaException Closed(ICapturePcm device)
    {
        device.Dispose();
        return new AlsaException(FaultyPcm.Gone, "snd_pcm_open");
    }

    private static async Task<float[]> HearAsync(
        Microphone microphone, int samples, CancellationToken cancellationToken = default)
    {
        var heard = new List<float>();
        await foreach (var block in microphone.CaptureAsync(cancellationToken))
        {
            heard.AddRange(block);
            if (heard.Count >= samples)
            {
                break;
            }
        }

        return [.. heard.Take(samples)];
    }

    private static void AssertAre(float[] expected, float[] heard)
    {
        Assert.Equal(expected.Length, heard.Length);
        for (var i = 0; i < heard.Length; i++)
        {
            Assert.Equal(expected[i], heard[i], 1e-4);
        }
    }
}
