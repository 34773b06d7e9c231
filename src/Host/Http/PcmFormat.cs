using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Validation;

namespace Speaker.Host.Http;

/// <summary>How raw 16-bit samples without a header lie in a body.</summary>
/// <param name="Rate">Samples a second of each channel.</param>
/// <param name="Channels">Interleaved.</param>
/// <param name="IsBigEndian">As audio/L16 has them (RFC 2586); audio/pcm is little-endian.</param>
internal sealed record PcmFormat(int Rate, int Channels, bool IsBigEndian)
{
    public const string RateName = "rate";
    public const string ChannelsName = "channels";

    /// <summary>The format that a content type says, or null where it is no raw sound.</summary>
    /// <param name="type">audio/pcm or audio/L16, or application/octet-stream with a rate in the query.</param>
    /// <param name="query">Gives what the content type has no parameter for.</param>
    /// <exception cref="ProblemException">It is raw sound without a rate, or with one out of its range.</exception>
    public static PcmFormat? Of(MediaTypeHeaderValue type, IQueryCollection query)
    {
        var isBigEndian = type.MediaType.Equals("audio/l16", StringComparison.OrdinalIgnoreCase);
        var isRaw = isBigEndian || type.MediaType.Equals("audio/pcm", StringComparison.OrdinalIgnoreCase)
            || (type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase)
                && query.ContainsKey(RateName));
        if (!isRaw)
        {
            return null;
        }

        var rate = Value(type, query, RateName) ?? throw new ProblemException(
            400, "missingRate",
            $"{type.MediaType} has no rate: add ';rate=16000' to the content type, or '?rate=16000' to the address");
        return new PcmFormat(
            Within(RateName, rate, AudioFile.LowestRate, AudioFile.HighestRate),
            Within(ChannelsName, Value(type, query, ChannelsName) ?? "1", 1, AudioFile.MostChannels), isBigEndian);
    }

    /// <summary>The same samples as a WAV file.</summary>
    /// <param name="samples">As they came; half a frame at their end is left out.</param>
    public byte[] ToWave(ReadOnlySpan<byte> samples)
    {
        const int HeaderBytes = 44;
        var frame = sizeof(short) * Channels;
        samples = samples[..(samples.Length / frame * frame)];
        var file = new byte[HeaderBytes + samples.Length];
        var header = file.AsSpan();
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], (short)Channels);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], Rate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], Rate * frame);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], (short)frame);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 8 * sizeof(short));
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], samples.Length);
        var body = MemoryMarshal.Cast<byte, short>(header[HeaderBytes..]);
        samples.CopyTo(header[HeaderBytes..]);
        if (IsBigEndian)
        {
            BinaryPrimitives.ReverseEndianness(body, body);
        }

        return file;
    }

    private static string? Value(MediaTypeHeaderValue type, IQueryCollection query, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            is { } found ? HeaderUtilities.RemoveQuotes(found.Value).ToString()
            : query[name] is [{ Length: > 0 } value, ..] ? value
            : null;

    /// <summary>A whole number from outside.</summary>
    /// <exception cref="ProblemException">It is none, or out of its range.</exception>
    public static int Within(string name, string text, int low, int high) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        && value >= low && value <= high
            ? value
            : throw new ProblemException(
                400, "invalidArgument", Bounds.Sentence(name, $"'{text}'", $"a whole number {Bounds.From(low, high)}"));
}
