namespace NAudio.Wave;

/// <summary>WAVE_FORMAT_* tags, those that are used here.</summary>
public enum WaveFormatEncoding : ushort
{
    Pcm = 1,
    IeeeFloat = 3,
}
