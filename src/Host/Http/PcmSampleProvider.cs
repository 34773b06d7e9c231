using System.Buffers.Binary;
using NAudio.Wave;

namespace Speaker.Host.Http;

/// <summary>16-bit samples without a header as NAudio has sound: what has come by the time of a read. What is left of a
/// last, incomplete frame is dropped.</summary>
internal sealed class PcmSampleProvider(Stream stream, PcmFormat format) : ISampleProvider
{
    private readonly byte[] _bytes = new byte[1 << 16];

    public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(format.Rate, format.Channels);

    public int Read(Span<float> buffer)
    {
        // Whole frames, as the mixer to one channel takes them.
        var frame = format.Channels * sizeof(short);
        var wanted = Math.Min(buffer.Length * sizeof(short), _bytes.Length) / frame * frame;
        var read = stream.ReadAtLeast(_bytes.AsSpan(0, wanted), Math.Min(wanted, frame), throwOnEndOfStream: false);
        if (read % frame is > 0 and var part)
        {
            read += stream.ReadAtLeast(
                _bytes.AsSpan(read, frame - part), frame - part, throwOnEndOfStream: false);
        }

        var samples = read / frame * format.Channels;
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
