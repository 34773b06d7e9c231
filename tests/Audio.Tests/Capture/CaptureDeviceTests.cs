using Speaker.Audio.Capture;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Capture;

[Collection(AlsaConfiguration.Tests)]
public class CaptureDeviceTests
{
    [Fact]
    public void List_OfAConfiguration_HasWhatCanBeCapturedWithItsDescription()
    {
        using var folder = new TemporaryFolder();
        AlsaConfiguration.UseDescribed(folder, Signals.Voice(0.1), "Desk microphone");

        var devices = CaptureDevice.List();

        Assert.Equal(new CaptureDeviceName("recording", "Desk microphone"), Assert.Single(devices));
    }
}
