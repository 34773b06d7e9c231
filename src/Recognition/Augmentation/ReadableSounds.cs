using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Corpora;

namespace Speaker.Augmentation;

/// <summary>Sounds that fit in memory, without those that cannot be read.</summary>
internal static class ReadableSounds
{
    /// <summary>The samples of each file, 16 kHz mono, as they are asked for.</summary>
    /// <param name="files">Paths.</param>
    /// <param name="skip">Called with each that cannot be read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static IEnumerable<(string File, float[] Samples)> Of(
        IEnumerable<string> files, Action<SkippedUtterance> skip, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            float[] samples;
            try
            {
                samples = AudioFile.ReadSamples(file, cancellationToken);
            }
            catch (AudioException exception)
            {
                skip(SkippedUtterance.Of(file, exception));
                continue;
            }

            yield return (file, samples);
        }
    }
}
