using System.Runtime.InteropServices;
using NAudio.Codecs;
using Speaker.Audio.Files;
using Speaker.Audio.Resampling;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Telephone;

/// <summary>A recording as a call brings it: the frames of an encoding, and what a file of the same samples holds.</summary>
/// <param name="Rate">Samples a second.</param>
/// <param name="Frames">Encoded, 20 ms each; the last may be shorter.</param>
/// <param name="Pcm">The decoded samples, 16 bits, little-endian.</param>
internal sealed record CallSound(int Rate, IReadOnlyList<byte[]> Frames, byte[] Pcm)
{
    private const int FramesASecond = 50;

    /// <summary>Real speech of one volunteer.</summary>
    /// <param name="encoding">"PCMU", "PCMA" or "L16".</param>
    /// <param name="rate">8,000 but for L16.</param>
    /// <param name="language">Of klettres-data.</param>
    public static CallSound Of(string encoding, int rate, string language = "de")
    {
        var samples = Resampled(Sounds.Speech(language, 0, 4), rate);
        var linear = MemoryMarshal.Cast<byte, short>(WaveFile.Pcm16(samples)).ToArray();
        var (bytes, decoded) = encoding switch
        {
            "PCMU" => Companded(linear, MuLawEncoder.LinearToMuLawSample, MuLawDecoder.MuLawToLinearSample),
            "PCMA" => Companded(linear, ALawEncoder.LinearToALawSample, ALawDecoder.ALawToLinearSample),
            _ => (MemoryMarshal.AsBytes(linear.AsSpan()).ToArray(), linear),
        };
        return new CallSound(
            rate, [.. bytes.Chunk(bytes.Length / linear.Length * rate / FramesASecond)],
            MemoryMarshal.AsBytes(decoded.AsSpan()).ToArray());
    }

    private static float[] Resampled(float[] samples, int rate)
    {
        if (rate == Sounds.SampleRate)
        {
            return samples;
        }

        var resampler = new Resampler(new MemorySampleProvider(samples, Sounds.SampleRate, 1), rate);
        var resampled = new float[(int)Math.Ceiling(samples.Length * (double)rate / Sounds.SampleRate)];
        Assert.Equal(resampled.Length, resampler.Read(resampled));
        return resampled;
    }

    private static (byte[] Bytes, short[] Decoded) Companded(
        short[] linear, Func<short, byte> encode, Func<byte, short> decode)
    {
        byte[] bytes = [.. linear.Select(encode)];
        return (bytes, [.. bytes.Select(decode)]);
    }
}
