using System.Globalization;
using Speaker.Audio.Validation;

namespace Speaker.Corpora;

/// <summary>What was found with a corpus and is no utterance of it.</summary>
/// <param name="Skipped">Links to nothing and folders that may not be listed.</param>
/// <param name="PassedOver">Files that are no recordings, by their ending ("" for none).</param>
/// <param name="Repeated">Further paths to recordings and folders that are counted already.</param>
/// <param name="Loose">Recordings beside the speakers' folders, which are of no speaker.</param>
internal sealed record CorpusRemainder(
    IReadOnlyList<SkippedUtterance> Skipped, IReadOnlyDictionary<string, int> PassedOver, int Repeated, int Loose)
{
    /// <summary>Of recordings that no corpus holds: those of a trial list.</summary>
    public static CorpusRemainder None { get; } = new([], new Dictionary<string, int>(), 0, 0);

    /// <summary>A sentence each; none where there is nothing to say.</summary>
    public IEnumerable<string> Notes()
    {
        if (PassedOver.Count > 0)
        {
            yield return "passed over by their ending: " + string.Join(", ", PassedOver.Select(ending => string.Create(
                CultureInfo.InvariantCulture,
                $"{ending.Value:#,0} {(ending.Key.Length == 0 ? "without one" : ending.Key)}")));
        }

        if (Loose > 0)
        {
            yield return "passed over as they lie beside the speakers' folders: " + Plural.Of(Loose, "recording");
        }

        if (Repeated > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"passed over as they are counted already under another path: {Repeated:#,0}");
        }
    }
}
