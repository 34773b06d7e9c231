using System.Buffers.Binary;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using NAudio.Codecs;
using NAudio.Wave;
using Speaker.Audio.Files.Containers;

namespace Speaker.Audio.Files.Pcm;

/// <summary>
/// The samples of a WAV or AIFF file of PCM, float, A-law or µ-law: those that libsndfile gives, bit for bit. Not thread
/// safe.
/// </summary>
internal sealed class PcmFileReader : IDecodedFile
{
    private const int BufferLength = 1 << 16;

    /// <summary>Float samples whose scale is right seldom reach this.</summary>
    private const float FarBeyondFullScale = 32;

    private readonly ChunkedSound _sound;
    private readonly PartialStream _bytes;
    private readonly byte[] _buffer;
    private readonly float _scale = 1;
    private readonly List<RecordingNote> _notes = [];

    /// <param name="sound">Not compressed; a count of channels from 1 to 64.</param>
    /// <param name="file">It stays the caller's.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public PcmFileReader(ChunkedSound sound, Stream file)
    {
        _sound = sound;
        var frame = sound.Channels * sound.SampleBytes;

        // A frame that is cut off is none.
        _bytes = new PartialStream(
            [], file, [.. sound.Data.Select(range => range with { Length = range.Length - (range.Length % frame) })]);
        _buffer = new byte[BufferLength - (BufferLength % frame)];
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(sound.Rate, sound.Channels);
        ClaimedFrames = (sound.ClaimedBytes > 0 ? sound.ClaimedBytes : _bytes.Length) / frame;
        if (sound.Encoding is SampleEncoding.Float32 or SampleEncoding.Float64)
        {
            _scale = FindScale();
            _bytes.Position = 0;
        }
    }

    public WaveFormat WaveFormat { get; }

    public long ClaimedFrames { get; }

    public IReadOnlyList<RecordingNote> Notes => _notes;

    /// <summary>Reads whole frames, as many as there are and fit; 0 at the end.</summary>
    /// <returns>Samples read, a multiple of the channel count.</returns>
    /// <exception cref="SoundFileException">The file ends before it did when it was opened.</exception>
    public int Read(Span<float> buffer)
    {
        var done = 0;
        var whole = buffer.Length - (buffer.Length % _sound.Channels);
        while (done < whole)
        {
            var read = ReadOnce(buffer[done..whole]);
            if (read == 0)
            {
                break;
            }

            done += read;
        }

        return done;
    }

    public void Dispose() => _bytes.Dispose();

    private int ReadOnce(Span<float> samples)
    {
        var bytes = _buffer.AsSpan(0, Math.Min(_buffer.Length, samples.Length * _sound.SampleBytes));
        bytes = bytes[..(int)Math.Min(bytes.Length, _bytes.Length - _bytes.Position)];
        if (_bytes.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new SoundFileException("it became shorter while it was read");
        }

        var count = bytes.Length / _sound.SampleBytes;
        Convert(bytes, samples[..count]);
        return count;
    }

    private void Convert(Span<byte> bytes, Span<float> samples)
    {
        switch (_sound.Encoding)
        {
            case SampleEncoding.Unsigned8:
                for (var i = 0; i < samples.Length; i++)
                {
                    samples[i] = (bytes[i] - 128) / 128f;
                }

                break;
            case SampleEncoding.Signed8:
                for (var i = 0; i < samples.Length; i++)
                {
                    samples[i] = (sbyte)bytes[i] / 128f;
                }

                break;
            case SampleEncoding.Signed16:
                var shorts = Swapped<short>(bytes, BinaryPrimitives.ReverseEndianness);
                TensorPrimitives.ConvertTruncating<short, float>(shorts, samples);
                TensorPrimitives.Multiply(samples, 1f / 32768, samples);
                break;
            case SampleEncoding.Signed24:
                for (var i = 0; i < samples.Length; i++)
                {
                    var (low, middle, high) = _sound.IsBigEndian
                        ? (bytes[(3 * i) + 2], bytes[(3 * i) + 1], bytes[3 * i])
                        : (bytes[3 * i], bytes[(3 * i) + 1], bytes[(3 * i) + 2]);
                    samples[i] = (low | (middle << 8) | ((sbyte)high << 16)) / 8388608f;
                }

                break;
            case SampleEncoding.Signed32:
                var integers = Swapped<int>(bytes, BinaryPrimitives.ReverseEndianness);
                TensorPrimitives.ConvertTruncating<int, float>(integers, samples);
                TensorPrimitives.Multiply(samples, 1f / 2147483648, samples);
                break;
            case SampleEncoding.Float32:
                var bits = Swapped<int>(bytes, BinaryPrimitives.ReverseEndianness);
                MemoryMarshal.Cast<int, float>(bits).CopyTo(samples);
                break;
            case SampleEncoding.Float64:
                var longs = Swapped<long>(bytes, BinaryPrimitives.ReverseEndianness);
                var doubles = MemoryMarshal.Cast<long, double>(longs);
                for (var i = 0; i < samples.Length; i++)
                {
                    samples[i] = (float)doubles[i];
                }

                break;
            case SampleEncoding.ALaw:
                for (var i = 0; i < samples.Length; i++)
                {
                    samples[i] = ALawDecoder.ALawToLinearSample(bytes[i]) / 32768f;
                }

                break;
            default:
                for (var i = 0; i < samples.Length; i++)
                {
                    samples[i] = MuLawDecoder.MuLawToLinearSample(bytes[i]) / 32768f;
                }

                break;
        }

        if (_scale != 1)
        {
            TensorPrimitives.Multiply(samples, _scale, samples);
        }
    }

    private ReadOnlySpan<T> Swapped<T>(Span<byte> bytes, SwapEndianness<T> swap)
        where T : struct
    {
        var numbers = MemoryMarshal.Cast<byte, T>(bytes);
        if (_sound.IsBigEndian == BitConverter.IsLittleEndian)
        {
            swap(numbers, numbers);
        }

        return numbers;
    }

    /// <summary>
    /// What brings float samples to full scale 1 where a program wrote them in the units of an integer format: more than
    /// half of those that are not zero lie beyond 1, and the largest far beyond. Which format, the largest says.
    /// </summary>
    private float FindScale()
    {
        var samples = new float[_buffer.Length / _sound.SampleBytes];
        var largest = 0f;
        long beyond = 0;
        long within = 0;
        for (int count; (count = ReadOnce(samples)) > 0;)
        {
            // Infinities and what is not a number are refused where they come.
            var block = samples.AsSpan(0, count);
            var peak = Math.Abs(TensorPrimitives.MaxMagnitudeNumber<float>(block));
            if (peak > 1)
            {
                foreach (var sample in block)
                {
                    beyond += Math.Abs(sample) > 1 ? 1 : 0;
                    within += Math.Abs(sample) is > 0 and <= 1 ? 1 : 0;
                }
            }
            else if (peak > 0)
            {
                within += count - CountZeros(block);
            }

            largest = Math.Max(largest, float.IsFinite(peak) ? peak : 0);
        }

        if (largest <= FarBeyondFullScale || beyond <= within)
        {
            return 1;
        }

        int? bits = largest switch
        {
            <= 1 << 16 => 16,
            <= 1 << 24 => 24,
            <= 1L << 32 => 32,
            _ => null,
        };
        if (bits is not { } found)
        {
            return 1;
        }

        _notes.Add(new RecordingNote(
            RecordingIssue.IntegerUnits,
            string.Create(
                CultureInfo.InvariantCulture,
                $"its float samples reach {largest:0}, full scale being 1: they were read in the units of {found} bits; "
                + $"divide them by that scale before writing them")));
        return (float)Math.Pow(2, 1 - found);
    }

    private static int CountZeros(ReadOnlySpan<float> samples)
    {
        var zeros = 0;
        foreach (var sample in samples)
        {
            zeros += sample == 0 ? 1 : 0;
        }

        return zeros;
    }

    private delegate void SwapEndianness<T>(ReadOnlySpan<T> source, Span<T> destination);
}
