using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Corpora;
using Speaker.Numerics;

namespace Speaker.Augmentation;

/// <summary>A sound without speech.</summary>
/// <param name="Kind">Its folder.</param>
/// <param name="Samples">16 kHz mono.</param>
internal sealed record NoiseSound(string Kind, float[] Samples);

/// <summary>
/// A folder of sounds without speech, a fifth of them held out to measure on: by the source that file names begin with
/// (all before the last '-'), so that two cuts of one take are on one side.
/// </summary>
internal sealed class NoiseFolder
{
    private const int HoldOutOneIn = 5;
    private const int FewestSamples = 1600;

    private NoiseFolder(IReadOnlyList<NoiseSound> train, IReadOnlyList<NoiseSound> heldOut)
    {
        Train = train;
        HeldOut = heldOut;
    }

    public IReadOnlyList<NoiseSound> Train { get; }

    public IReadOnlyList<NoiseSound> HeldOut { get; }

    public IReadOnlyList<NoiseSound> All => [.. Train, .. HeldOut];

    /// <exception cref="ModelException">No such folder.</exception>
    /// <exception cref="AudioException">A recording cannot be read.</exception>
    public static NoiseFolder Load(string directory, CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(directory))
        {
            throw new ModelException($"There is no folder {directory} of noise.");
        }

        var everything = new EnumerationOptions { RecurseSubdirectories = true };
        var files = Directory.EnumerateFiles(directory, "*", everything)
            .Where(Corpus.IsRecording).Order(StringComparer.Ordinal).ToArray();
        var sounds = files
            .Select(file => (File: file, Samples: AudioFile.ReadSamples(file, cancellationToken)))
            .Where(sound => sound.Samples.Length >= FewestSamples)
            .ToLookup(
                sound => SplitRandom.For(SplitRandom.Key(Source(sound.File))).Next(HoldOutOneIn) == 0,
                sound => new NoiseSound(
                    Path.GetRelativePath(directory, Path.GetDirectoryName(sound.File)!), sound.Samples));
        return new NoiseFolder([.. sounds[false]], [.. sounds[true]]);
    }

    private static string Source(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var end = name.LastIndexOf('-');
        return end > 0 ? name[..end] : name;
    }
}
