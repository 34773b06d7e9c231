using System.Globalization;
using NAudio.Wave;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Audio.Files.Flac;

/// <summary>
/// A FLAC stream of any kind that RFC 9639 defines, 32 bits included, as 32-bit float samples; of several streams one
/// after the other, all of them, if they are of one format. Decoded as it is read: memory is that of a frame. Every frame's
/// checksums are verified. Not thread safe.
/// </summary>
internal sealed class FlacReader : IDecodedFile
{
    private readonly List<RecordingNote> _notes = [];
    private readonly FlacBitReader _reader;
    private FlacStreamInfo _info;
    private FlacFrame _frame;
    private float _scale;
    private long _decoded;
    private int _given;
    private bool _ended;

    /// <param name="stream">At the magic number; read forwards only, and stays the caller's.</param>
    /// <exception cref="SoundFileException">It does not begin as a FLAC stream does, or ends before its first frame.
    /// </exception>
    public FlacReader(Stream stream)
    {
        _reader = new FlacBitReader(stream);
        try
        {
            (_info, _frame, _scale) = Begin();
        }
        catch (EndOfStreamException)
        {
            throw new SoundFileException("it ends within the FLAC header; it is cut, so copy or record it again");
        }

        if (_info.Rate == 0)
        {
            throw new SoundFileException("its STREAMINFO gives 0 samples a second");
        }

        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(_info.Rate, _info.Channels);
        ClaimedFrames = _info.Frames;
    }

    public WaveFormat WaveFormat { get; }

    public long ClaimedFrames { get; }

    public IReadOnlyList<RecordingNote> Notes => _notes;

    /// <inheritdoc cref="SoundFileReader.Read"/>
    public int Read(Span<float> buffer)
    {
        var channels = _info.Channels;
        var done = 0;
        while (buffer.Length - done >= channels)
        {
            if (_given == _frame.Length && (_ended || !TryReadFrame()))
            {
                break;
            }

            var count = Math.Min(_frame.Length - _given, (buffer.Length - done) / channels);
            for (var channel = 0; channel < channels; channel++)
            {
                var samples = _frame[channel].Slice(_given, count);
                for (var i = 0; i < samples.Length; i++)
                {
                    buffer[done + (i * channels) + channel] = samples[i] * _scale;
                }
            }

            _given += count;
            done += count * channels;
        }

        return done;
    }

    public void Dispose()
    {
    }

    private (FlacStreamInfo Info, FlacFrame Frame, float Scale) Begin()
    {
        var info = FlacStreamInfo.Read(_reader);
        return (info, new FlacFrame(_reader, info), 1f / (1L << (info.Bits - 1)));
    }

    /// <summary>The next frame with samples in it; false where there is none any more.</summary>
    private bool TryReadFrame()
    {
        try
        {
            while (IsAtEnd())
            {
                if (!TryBeginNextStream())
                {
                    _ended = true;
                    NoteIfCut();
                    return false;
                }
            }

            _frame.Read();
        }
        catch (EndOfStreamException)
        {
            _ended = true;
            NoteIfCut(isWithinFrame: true);
            return false;
        }

        _given = 0;
        _decoded += _frame.Length;
        return true;
    }

    /// <summary>Whether no frame follows: nothing does, or another stream, or, after all samples that the header
    /// announces, what is none.</summary>
    private bool IsAtEnd()
    {
        var next = _reader.Peek(4);
        var isFrame = next.Length > 1 && next[0] == 0xFF && (next[1] & 0xFC) == 0xF8;
        return next.IsEmpty || next.StartsWith("fLaC"u8)
            || (!isFrame && (_decoded >= _info.Frames || next.StartsWith("TAG"u8) || next.StartsWith("APET"u8)));
    }

    private bool TryBeginNextStream()
    {
        if (!_reader.Peek(4).SequenceEqual("fLaC"u8))
        {
            return false;
        }

        var (info, frame, scale) = Begin();
        if (info.Rate != _info.Rate || info.Channels != _info.Channels)
        {
            throw new SoundFileException(
                $"another FLAC stream of {info.Channels} channels at {info.Rate} Hz follows one of {_info.Channels} at "
                + $"{_info.Rate}; cut the file into its parts");
        }

        NoteIfCut();
        (_info, _frame, _scale) = (info, frame, scale);
        _decoded = 0;
        _given = 0;
        return true;
    }

    private void NoteIfCut(bool isWithinFrame = false)
    {
        if (_decoded < _info.Frames)
        {
            _notes.Add(new RecordingNote(
                RecordingIssue.Cut,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"cut: by its header it holds {(double)_info.Frames / _info.Rate:F2} s of sound, "
                    + $"{(double)_decoded / _info.Rate:F2} s are there; copy or record it again")));
        }
        else if (isWithinFrame)
        {
            _notes.Add(new RecordingNote(
                RecordingIssue.Cut, "cut: the file ends within a FLAC frame; copy or record it again"));
        }
    }
}
