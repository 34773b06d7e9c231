using NAudio.Wave;

namespace Speaker.Audio.Files;

/// <summary>The beginning of a file: so many samples of each channel, where its decoder gives more than were encoded.</summary>
internal sealed class LimitedFile(IDecodedFile file, long frames) : IDecodedFile
{
    private long _left = frames * file.WaveFormat.Channels;

    public WaveFormat WaveFormat => file.WaveFormat;

    public long ClaimedFrames => Math.Min(file.ClaimedFrames, frames);

    public IReadOnlyList<RecordingNote> Notes => file.Notes;

    public int Read(Span<float> buffer)
    {
        var read = _left == 0 ? 0 : file.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= read;
        return read;
    }

    public void Dispose() => file.Dispose();
}
