using Speaker.Audio.Files;
using Speaker.Audio.Fingerprints;

namespace Speaker.Recognition.Tests.Replay;

/// <summary>Outlines of samples.</summary>
internal static class Outlines
{
    /// <param name="samples">16 kHz mono.</param>
    public static AudioFingerprint Of(float[] samples)
    {
        var tap = new FingerprintTap(new MemorySampleProvider(samples, 16_000, 1));
        var block = new float[4096];
        while (tap.Read(block) > 0)
        {
        }

        return tap.ToFingerprint();
    }
}
