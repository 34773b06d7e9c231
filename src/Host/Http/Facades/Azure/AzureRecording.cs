using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Speaker.Audio;
using Speaker.Audio.Files;

namespace Speaker.Host.Http.Facades.Azure;

/// <summary>A recording as the product takes it: one WAV of 16-bit PCM at 16 kHz with one channel as the body, in one piece
/// or chunked, of up to 5 MB and from 1 to 120 s.</summary>
/// <param name="Input">To be listened to.</param>
/// <param name="Seconds">Its length.</param>
internal sealed record AzureRecording(AudioInput Input, double Seconds)
{
    private const int MostBytes = 5 * 1024 * 1024;
    private const double LeastSeconds = 1;
    private const double MostSeconds = 120;
    private const int HeaderBytes = 12;
    private const int ChunkHeadBytes = 8;
    private const int FormatBytes = 16;

    /// <summary>What a client that streams writes as the length of what is still to come.</summary>
    private const uint Unknown = uint.MaxValue;

    private static readonly string[] Types = ["audio/wav", "audio/wave", "audio/x-wav"];

    /// <exception cref="ProblemException">It is none.</exception>
    /// <exception cref="BadHttpRequestException">The body is not as HTTP has it.</exception>
    public static async Task<AzureRecording> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // A body without a type may be one too: some clients name none. What the product calls its type is none that HTTP
        // knows, for want of quotes: "audio/wav; codecs=audio/pcm".
        if (request.ContentType is { } type
            && !Types.Contains(type.Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                415, "UnsupportedMediaType", "Unsupported media type. Only 'audio/wav; codecs=audio/pcm' is accepted.");
        }

        var bytes = await ReadToEndAsync(request.Body, cancellationToken);
        var samples = MemoryMarshal.Cast<byte, short>(Samples(bytes).Span);
        var seconds = (double)samples.Length / AudioFile.SampleRate;
        if (seconds is < LeastSeconds or > MostSeconds)
        {
            throw AzureContract.Invalid(seconds < LeastSeconds
                ? $"Invalid audio length. Minimum allowed length is {LeastSeconds} second(s)."
                : $"Invalid audio length. Maximum allowed length is {MostSeconds} second(s).");
        }

        var sound = new float[samples.Length];
        for (var i = 0; i < sound.Length; i++)
        {
            sound[i] = samples[i] / 32768f;
        }

        return new AzureRecording(AudioInput.FromSamples(sound, AudioFile.SampleRate) with { Name = "audio" }, seconds);
    }

    private static async Task<byte[]> ReadToEndAsync(Stream body, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var piece = new byte[81920];
        int read;
        while ((read = await body.ReadAsync(piece, cancellationToken)) > 0)
        {
            if (kept.Length + read > MostBytes)
            {
                throw AzureContract.Invalid(
                    $"Invalid audio length. The maximum is 5 MB; {MostSeconds} seconds of 16Khz 16bit Mono PCM have less.");
            }

            kept.Write(piece, 0, read);
        }

        return kept.ToArray();
    }

    /// <summary>The samples of a WAV, little-endian; of one that is cut off, those that are there.</summary>
    private static ReadOnlyMemory<byte> Samples(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        var hasFormat = false;
        if (bytes.Length < HeaderBytes || !bytes.StartsWith("RIFF"u8) || !bytes[8..].StartsWith("WAVE"u8))
        {
            throw WrongFormat();
        }

        for (var at = HeaderBytes; bytes.Length - at >= ChunkHeadBytes;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            var name = bytes.Slice(at, 4);
            at += ChunkHeadBytes;
            var rest = bytes.Length - at;
            if (name.SequenceEqual("data"u8))
            {
                // Nothing, or all there can be, is written by who does not know yet how much will come.
                var there = length is 0 or Unknown || length > rest ? rest : (int)length;
                return hasFormat ? file.Slice(at, there - (there % sizeof(short))) : throw WrongFormat();
            }

            if (length > rest)
            {
                break;
            }

            if (name.SequenceEqual("fmt "u8))
            {
                hasFormat = IsFormat(bytes.Slice(at, (int)length)) ? true : throw WrongFormat();
            }

            // Chunks begin at even bytes.
            at += (int)Math.Min(rest, length + (length & 1));
        }

        throw WrongFormat();
    }

    private static bool IsFormat(ReadOnlySpan<byte> format)
    {
        const int Pcm = 1;
        const int Extensible = 0xFFFE;
        const int SubFormatAt = 24;
        if (format.Length < FormatBytes)
        {
            return false;
        }

        var tag = BinaryPrimitives.ReadUInt16LittleEndian(format);
        if (tag == Extensible && format.Length >= SubFormatAt + sizeof(short))
        {
            tag = BinaryPrimitives.ReadUInt16LittleEndian(format[SubFormatAt..]);
        }

        return tag == Pcm && BinaryPrimitives.ReadUInt16LittleEndian(format[2..]) == 1
            && BinaryPrimitives.ReadUInt32LittleEndian(format[4..]) == AudioFile.SampleRate
            && BinaryPrimitives.ReadUInt16LittleEndian(format[14..]) == 8 * sizeof(short);
    }

    private static ProblemException WrongFormat() =>
        AzureContract.Invalid("Invalid audio format. Supported format is 16Khz 16bit Mono PCM.");
}
