using System.Buffers.Binary;
using NAudio.Wave;

namespace Speaker.Host.Http;

/// <summary>16-bit samples without a header as NAudio has sound. What is left of a last, incomplete sample is
/// dropped.</summary>
internal sealed class PcmSampleProvider(Stream stream, PcmFormat format) : ISampleProvider
{
    private readonly byte[] _bytes = new byte[1 << 16];

    public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(format.Rate, format.Channels);

    public int Read(Span<float> buffer)
    {
        // Whole frames, as the mixer to one channel takes them.
        var wanted = Math.Min(buffer.Length, _bytes.Length / sizeof(short)) / format.Channels * format.Channels;
        var read = stream.ReadAtLeast(
            _bytes.AsSpan(0, wanted * sizeof(short)), wanted * sizeof(short), throwOnEndOfStream: false);
        var samples = read / sizeof(short) / format.Channels * format.Channels;
        for (var i = 0; i < samples; i++)
        {
            var place = _bytes.AsSpan(i * sizeof(short), sizeof(short));
            var value = format.IsBigEndian
                ? BinaryPrimitives.ReadInt16BigEndian(place)
                : BinaryPrimitives.ReadInt16LittleEndian(place);
            buffer[i] = value / 32768f;
        }

        return samples;
    }
}
