using System.Buffers;
using Speaker.Audio;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Wyoming;

namespace Speaker.Host.House.Proxy;

/// <summary>The sound of an utterance as it comes: little-endian integers, as the protocol's width says.</summary>
internal sealed class UtteranceSound
{
    private const int LowestRate = 8000;
    private const int HighestRate = 48_000;
    private const int WidestSample = 4;
    private const int MostChannels = 2;

    private readonly ArrayBufferWriter<float> _samples = new();
    private readonly int _rate;
    private readonly int _width;
    private readonly int _channels;
    private readonly double _maximumSeconds;

    /// <param name="start">The event that says how the sound comes.</param>
    /// <param name="maximumSeconds">How long it may be.</param>
    /// <exception cref="WyomingException">It does not say it, or says what is not taken.</exception>
    public UtteranceSound(WyomingEvent start, double maximumSeconds)
    {
        _rate = Within(start, "rate", LowestRate, HighestRate);
        _width = Within(start, "width", 1, WidestSample);
        _channels = Within(start, "channels", 1, MostChannels);
        _maximumSeconds = maximumSeconds;
    }

    /// <summary>Length of what came, in seconds.</summary>
    public double Seconds => (double)_samples.WrittenCount / _channels / _rate;

    /// <summary>Adds the sound of an event.</summary>
    /// <exception cref="WyomingException">It is of another format than the first event said, half a sample, or more
    /// than an utterance may be.</exception>
    public void Add(WyomingEvent chunk)
    {
        // Who writes down the words goes by these where they are given: the voice has to be judged on the same sound.
        Require(chunk, "rate", _rate);
        Require(chunk, "width", _width);
        Require(chunk, "channels", _channels);
        var bytes = chunk.Payload.Span;
        var frame = _width * _channels;
        if (bytes.Length % frame != 0)
        {
            throw new WyomingException(
                $"payload_length = {bytes.Length}, must be a multiple of {frame}, width times channels");
        }

        var samples = _samples.GetSpan(bytes.Length / _width)[..(bytes.Length / _width)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = Sample(bytes.Slice(i * _width, _width));
        }

        _samples.Advance(samples.Length);
        if (Seconds > _maximumSeconds)
        {
            throw new WyomingException(
                $"the sound is longer than {SettingKeys.House}:{nameof(HouseOptions.MaximumSeconds)} = " +
                $"{Bounds.Text(_maximumSeconds)}");
        }
    }

    /// <summary>Everything that came; no more may be added.</summary>
    public AudioInput ToInput() => AudioInput.FromSamples(_samples.WrittenMemory, _rate, _channels);

    private static float Sample(ReadOnlySpan<byte> bytes)
    {
        var value = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            value |= bytes[i] << (32 - (8 * (bytes.Length - i)));
        }

        // The sample fills the number from its top: its sign is the number's.
        return value / 2147483648f;
    }

    private static int Within(WyomingEvent start, string name, int low, int high) =>
        start.Number(name) is { } value && value >= low && value <= high
            ? value
            : throw new WyomingException(Bounds.Sentence(
                name, Shown(start, name), $"a whole number {Bounds.From(low, high)}"));

    private static void Require(WyomingEvent chunk, string name, int expected)
    {
        if (chunk.Data.ContainsKey(name) && chunk.Number(name) != expected)
        {
            throw new WyomingException(Bounds.Sentence(
                $"{name} of audio-chunk", Shown(chunk, name), $"{expected}, as in audio-start"));
        }
    }

    private static string Shown(WyomingEvent received, string name) =>
        Bounds.Shown(received.Data[name]?.ToJsonString() ?? "null");
}
