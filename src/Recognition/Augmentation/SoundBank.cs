using Speaker.Corpora;
using Speaker.Numerics;

namespace Speaker.Augmentation;

/// <summary>
/// The sounds that augmentation adds: noises, recorded rooms, other speakers, hiss. 16 kHz mono, in memory.
/// </summary>
/// <remarks>Immutable after loading: shared by all threads.</remarks>
internal sealed class SoundBank
{
    private const int LongestRoomSamples = 9600;

    public SoundBank(
        IReadOnlyList<float[]> noises, IReadOnlyList<float[]> rooms, IReadOnlyList<float[]> speakers)
    {
        Noises = noises;
        Rooms = [.. rooms.Select(FromDirectPath)];
        Speakers = speakers;
        Hiss = MakeHiss();
    }

    public IReadOnlyList<float[]> Noises { get; }

    /// <summary>Impulse responses from their direct path on, at most 0.6 s.</summary>
    public IReadOnlyList<float[]> Rooms { get; }

    public IReadOnlyList<float[]> Speakers { get; }

    internal float[] Hiss { get; }

    /// <summary>Reads every recording under the folders; a null folder gives none of its kind.</summary>
    /// <param name="noiseDirectory">Noises of any length; those below 0.1 s are passed over.</param>
    /// <param name="roomDirectory">Impulse responses.</param>
    /// <param name="speech">Files of training speakers, for babble.</param>
    /// <param name="skip">Called with each that cannot be read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ModelException">No such folder, or no recording in it that can be read.</exception>
    public static SoundBank Load(
        string? noiseDirectory,
        string? roomDirectory,
        IEnumerable<string> speech,
        Action<SkippedUtterance> skip,
        CancellationToken cancellationToken = default)
    {
        var noises = ReadFolder(noiseDirectory, "noise", skip, cancellationToken).Where(n => n.Length >= 1600);
        var rooms = ReadFolder(roomDirectory, "room impulse responses", skip, cancellationToken);
        // What of the speech cannot be read is said where it is learnt from.
        return new SoundBank([.. noises], rooms, [.. ReadableSounds.Of(speech, _ => { }, cancellationToken)
            .Select(sound => sound.Samples)]);
    }

    private static List<float[]> ReadFolder(
        string? directory, string what, Action<SkippedUtterance> skip, CancellationToken cancellationToken)
    {
        if (directory is null)
        {
            return [];
        }

        if (!Directory.Exists(directory))
        {
            throw new ModelException($"There is no folder {directory} of {what}.");
        }

        var tree = RecordingTree.Of(Path.GetFullPath(directory), cancellationToken);
        List<float[]> sounds =
            [.. ReadableSounds.Of(tree.Recordings, skip, cancellationToken).Select(sound => sound.Samples)];
        return sounds.Count == 0
            ? throw new ModelException($"{directory} holds no recordings of {what} that can be read.")
            : sounds;
    }

    private static float[] FromDirectPath(float[] room)
    {
        var peak = 0;
        for (var i = 1; i < room.Length; i++)
        {
            if (MathF.Abs(room[i]) > MathF.Abs(room[peak]))
            {
                peak = i;
            }
        }

        return room[peak..Math.Min(room.Length, peak + LongestRoomSamples)];
    }

    private static float[] MakeHiss()
    {
        var random = SplitRandom.For(SplitRandom.Key("hiss"));
        var hiss = new float[10 * 16000];
        for (var i = 0; i < hiss.Length; i += 2)
        {
            (hiss[i], hiss[i + 1]) = random.NextGaussians();
        }

        return hiss;
    }
}
