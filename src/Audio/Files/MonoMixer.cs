using System.Globalization;
using NAudio.Wave;

namespace Speaker.Audio.Files;

/// <summary>
/// The mean of all channels, or one channel where the mean is not what was recorded: two channels in opposite phase, as a
/// swapped pair of wires or a balanced line on two channels makes them, cancel. Not thread safe.
/// </summary>
/// <remarks>
/// The sound is looked at second by second. Channels that have nothing in common add up to a mean whose power is the sum
/// of theirs over the square of their number; from one second on in which it is 15 dB below that, and any of them is heard
/// at all, the loudest is taken alone to the end.
/// </remarks>
internal sealed class MonoMixer : ISampleProvider
{
    /// <summary>Of the power that channels with nothing in common would have.</summary>
    private const double CancellingShare = 0.03;

    /// <summary>-70 dBFS: below it there is noise, whose phase says nothing.</summary>
    private const double LeastPower = 1e-7;

    /// <summary>Samples of all channels that are looked at together: a second, or less of many channels.</summary>
    private const int MostSamples = 1 << 20;

    private readonly ISampleProvider _source;
    private readonly int _channels;
    private readonly float _share;
    private readonly float[] _frames;
    private readonly float[] _mixed;
    private int _count;
    private int _given;
    private int? _channel;
    private bool _ended;

    /// <param name="source">Of two channels or more.</param>
    public MonoMixer(ISampleProvider source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _channels = source.WaveFormat.Channels;
        _share = 1f / _channels;
        var length = Math.Min(source.WaveFormat.SampleRate, MostSamples / _channels);
        _frames = new float[length * _channels];
        _mixed = new float[length];
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(source.WaveFormat.SampleRate, 1);
    }

    public WaveFormat WaveFormat { get; }

    /// <summary>What was found so far; null while nothing was.</summary>
    public RecordingNote? Note { get; private set; }

    public int Read(Span<float> buffer)
    {
        if (_given == _count && !_ended)
        {
            Fill();
        }

        var count = Math.Min(buffer.Length, _count - _given);
        _mixed.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    private void Fill()
    {
        var filled = 0;
        for (int read; filled < _frames.Length && (read = _source.Read(_frames.AsSpan(filled))) > 0;)
        {
            filled += read;
        }

        _count = filled / _channels;
        _given = 0;
        _ended = filled < _frames.Length;
        var power = Mix();
        if (_channel is null && FindCancelling(power) is { } loudest)
        {
            _channel = loudest;
            Note = new RecordingNote(
                RecordingIssue.OppositeChannels,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"its {_channels} channels are in opposite phase and cancel: channel {loudest + 1} was heard alone; "
                    + $"record one channel, or check the wiring"));
        }

        if (_channel is { } channel)
        {
            for (var i = 0; i < _count; i++)
            {
                _mixed[i] = _frames[(i * _channels) + channel];
            }
        }
    }

    /// <returns>Mean power of the mean of all channels.</returns>
    private double Mix()
    {
        double power = 0;
        for (var i = 0; i < _count; i++)
        {
            var sum = 0f;
            foreach (var sample in _frames.AsSpan(i * _channels, _channels))
            {
                sum += sample * _share;
            }

            _mixed[i] = sum;
            power += sum * (double)sum;
        }

        return power / Math.Max(1, _count);
    }

    /// <summary>The loudest channel, if they cancel.</summary>
    private int? FindCancelling(double mixedPower)
    {
        var (loudest, greatest, total) = (0, 0.0, 0.0);
        for (var channel = 0; channel < _channels; channel++)
        {
            double power = 0;
            for (var i = channel; i < _count * _channels; i += _channels)
            {
                power += _frames[i] * (double)_frames[i];
            }

            power /= Math.Max(1, _count);
            total += power;
            if (power > greatest)
            {
                (loudest, greatest) = (channel, power);
            }
        }

        // A sample that is not a number makes every comparison false; it is refused where it comes.
        return greatest > LeastPower && mixedPower < CancellingShare * total / (_channels * _channels) ? loudest : null;
    }
}
