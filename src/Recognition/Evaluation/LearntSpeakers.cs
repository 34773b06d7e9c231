using System.Security.Cryptography;
using System.Text;
using Speaker.Corpora;
using Speaker.Models;

namespace Speaker.Evaluation;

/// <summary>
/// Whom a model learnt from, as far as its card says: a model knows these voices, and figures or thresholds measured on
/// them would be too good.
/// </summary>
/// <remarks>The card holds a hash of each speaker's corpus and name, so that it names nobody. Who is in another corpus, or
/// in the same one under another name, is another person here.</remarks>
internal sealed class LearntSpeakers
{
    private const int HashBytes = 8;

    private readonly HashSet<string> _hashes = new(StringComparer.Ordinal);

    private LearntSpeakers(ModelCard card)
    {
        IsKnown = card.Training is not null && card.Origins is null;
        if (card.Training is { } training)
        {
            Add(training);
        }
    }

    /// <summary>Whether the card names everybody that the weights learnt from: weights of others, and models of versions
    /// that did not keep the hashes, do not.</summary>
    public bool IsKnown { get; private set; }

    public static LearntSpeakers Of(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return new LearntSpeakers(card);
    }

    /// <summary>The first 8 bytes of SHA-256 of a <see cref="CorpusUtterance.SpeakerKey"/>, lower-case hex.</summary>
    public static string HashOf(string speakerKey) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(speakerKey)).AsSpan(0, HashBytes));

    public bool Contains(CorpusUtterance utterance) => _hashes.Contains(HashOf(utterance.SpeakerKey));

    /// <summary>Whether a recording that a trial names is of one of them.</summary>
    /// <param name="name">SPEAKER/FILE in a corpus, or CORPUS/SPEAKER/FILE in a folder of corpora.</param>
    /// <param name="root">The folder that the name is relative to.</param>
    public bool Contains(string name, string root)
    {
        var folders = name.Split('/', '\\');
        var corpus = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)));
        return _hashes.Contains(HashOf($"{corpus}/{folders[0]}"))
            || (folders.Length > 2 && _hashes.Contains(HashOf($"{folders[0]}/{folders[1]}")));
    }

    /// <summary>A run with those of the models that it started from.</summary>
    private void Add(TrainingSummary run)
    {
        if (run.SpeakerHashes is { } hashes)
        {
            _hashes.UnionWith(hashes);
        }
        else if (run.Steps > 0)
        {
            IsKnown = false;
        }

        foreach (var earlier in run.From ?? [])
        {
            Add(earlier);
        }
    }
}
