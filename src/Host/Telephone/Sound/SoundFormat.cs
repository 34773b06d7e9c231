using System.Buffers.Binary;
using System.Globalization;
using NAudio.Codecs;
using Speaker.Audio.Validation;

namespace Speaker.Host.Telephone.Sound;

/// <summary>How the bytes of a call become samples.</summary>
internal enum SoundEncoding
{
    /// <summary>ITU-T G.711 µ-law, a byte a sample.</summary>
    MuLaw,

    /// <summary>ITU-T G.711 A-law, a byte a sample.</summary>
    ALaw,

    /// <summary>16 bits, little-endian.</summary>
    Linear16,
}

/// <summary>How the sound of a call comes: one channel.</summary>
/// <param name="Encoding">Of a sample.</param>
/// <param name="Rate">Samples a second.</param>
internal readonly record struct SoundFormat(SoundEncoding Encoding, int Rate)
{
    /// <summary>One message has seldom more than a tenth of a second.</summary>
    public const double LongestPayloadSeconds = 2;

    private const int TelephoneRate = 8000;

    /// <summary>What providers call the encodings. Exotel calls 16 bits both "audio/x-raw" and "raw/slin".</summary>
    private static readonly Dictionary<string, SoundEncoding> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["audio/x-mulaw"] = SoundEncoding.MuLaw,
        ["audio/mulaw"] = SoundEncoding.MuLaw,
        ["PCMU"] = SoundEncoding.MuLaw,
        ["audio/x-alaw"] = SoundEncoding.ALaw,
        ["audio/alaw"] = SoundEncoding.ALaw,
        ["PCMA"] = SoundEncoding.ALaw,
        ["audio/x-l16"] = SoundEncoding.Linear16,
        ["audio/l16"] = SoundEncoding.Linear16,
        ["L16"] = SoundEncoding.Linear16,
        ["audio/x-raw"] = SoundEncoding.Linear16,
        ["raw/slin"] = SoundEncoding.Linear16,
    };

    /// <summary>Bytes of one sample.</summary>
    public int SampleBytes => Encoding == SoundEncoding.Linear16 ? sizeof(short) : 1;

    /// <summary>The format that a start message names.</summary>
    /// <param name="encoding">One of the providers' names; "audio/l16;rate=16000" has the rate in it.</param>
    /// <param name="rate">Samples a second, in digits; null: as the encoding says, or 8,000.</param>
    /// <exception cref="CallException">It is none that is listened to.</exception>
    public static SoundFormat Parse(string? encoding, string? rate)
    {
        var parts = (encoding ?? "").Split(';', 2, StringSplitOptions.TrimEntries);
        if (!Names.TryGetValue(parts[0], out var known))
        {
            throw new CallException(
                "unsupportedEncoding",
                Bounds.Sentence("the encoding", $"'{Bounds.Shown(parts[0])}'", Bounds.OneOf(Names.Keys)));
        }

        const string RateName = "rate=";
        rate ??= parts is [_, var parameter] && parameter.StartsWith(RateName, StringComparison.OrdinalIgnoreCase)
            ? parameter[RateName.Length..]
            : null;
        var number = rate is null ? TelephoneRate
            : int.TryParse(rate, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed
            : 0;
        if (known == SoundEncoding.Linear16 ? number is not (TelephoneRate or 16_000 or 24_000) : number != TelephoneRate)
        {
            throw new CallException(
                "unsupportedRate",
                Bounds.Sentence(
                    "the sample rate", $"'{Bounds.Shown(rate!)}'",
                    known == SoundEncoding.Linear16 ? "8000, 16000 or 24000" : "8000 for µ-law and A-law"));
        }

        return new SoundFormat(known, number);
    }

    /// <summary>Decodes one message's sound.</summary>
    /// <returns>Mono, full scale 1.</returns>
    /// <exception cref="CallException">It is longer than a message may be, or has half a sample.</exception>
    public float[] Decode(ReadOnlySpan<byte> sound)
    {
        var most = (int)(LongestPayloadSeconds * Rate) * SampleBytes;
        if (sound.Length > most)
        {
            throw new CallException(
                "oversizedPayload",
                Bounds.Sentence(
                    "the sound of a message", $"{sound.Length} bytes",
                    $"{most} bytes at most ({LongestPayloadSeconds} s)"));
        }

        if (sound.Length % SampleBytes != 0)
        {
            throw new CallException(
                "incompleteSample", $"the sound of a message has {sound.Length} bytes, and a sample has {SampleBytes}");
        }

        var samples = new float[sound.Length / SampleBytes];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = Encoding switch
            {
                SoundEncoding.MuLaw => MuLawDecoder.MuLawToLinearSample(sound[i]),
                SoundEncoding.ALaw => ALawDecoder.ALawToLinearSample(sound[i]),
                _ => BinaryPrimitives.ReadInt16LittleEndian(sound[(i * sizeof(short))..]),
            } / 32768f;
        }

        return samples;
    }
}
