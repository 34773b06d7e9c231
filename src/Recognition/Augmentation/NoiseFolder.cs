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

    private NoiseFolder(
        IReadOnlyList<NoiseSound> train, IReadOnlyList<NoiseSound> heldOut, IReadOnlyList<SkippedUtterance> skipped)
    {
        Train = train;
        HeldOut = heldOut;
        Skipped = skipped;
    }

    public IReadOnlyList<NoiseSound> Train { get; }

    public IReadOnlyList<NoiseSound> HeldOut { get; }

    public IReadOnlyList<NoiseSound> All => [.. Train, .. HeldOut];

    /// <summary>What cannot be read.</summary>
    public IReadOnlyList<SkippedUtterance> Skipped { get; }

    /// <exception cref="ModelException">No such folder.</exception>
    public static NoiseFolder Load(string directory, CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(directory))
        {
            throw new ModelException($"There is no folder {directory} of noise.");
        }

        var root = Path.GetFullPath(directory);
        var tree = RecordingTree.Of(root, cancellationToken);
        var skipped = new List<SkippedUtterance>(tree.Skipped);
        var sounds = ReadableSounds.Of(tree.Recordings, skipped.Add, cancellationToken)
            .Where(sound => sound.Samples.Length >= FewestSamples)
            .ToLookup(
                sound => SplitRandom.For(SplitRandom.Key(Source(sound.File))).Next(HoldOutOneIn) == 0,
                sound => new NoiseSound(
                    Path.GetRelativePath(root, Path.GetDirectoryName(sound.File)!), sound.Samples));
        return new NoiseFolder([.. sounds[false]], [.. sounds[true]], skipped);
    }

    private static string Source(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var end = name.LastIndexOf('-');
        return end > 0 ? name[..end] : name;
    }
}
