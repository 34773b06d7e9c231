using NAudio.Wave;

namespace Speaker.Audio;

/// <summary>Sound files, as 16 kHz mono.</summary>
public static class AudioFile
{
    public static ISampleProvider Open(string path) => throw new NotImplementedException();

    public static float[] ReadSamples(string path, CancellationToken cancellationToken) => throw new NotImplementedException();
}
