using Speaker.Corpora;

namespace Speaker.CommandLine;

/// <summary>What was left out of a corpus, in one list on stderr.</summary>
internal static class CorpusNotes
{
    /// <summary>What the folder holds besides utterances, and what of the utterances could not be used.</summary>
    public static void Write(CorpusRemainder remainder, IReadOnlyList<SkippedUtterance>? skipped = null)
    {
        Write([.. remainder.Skipped, .. skipped ?? []]);
        foreach (var note in remainder.Notes())
        {
            VerbOutput.Note($"speaker: {note}");
        }
    }

    /// <summary>What could not be used.</summary>
    public static void Write(IEnumerable<SkippedUtterance> skipped)
    {
        foreach (var recording in skipped)
        {
            Write(recording);
        }
    }

    /// <summary>One that could not be used.</summary>
    public static void Write(SkippedUtterance skipped) =>
        VerbOutput.Note($"speaker: left out {skipped.Path}: {skipped.Reason.ReplaceLineEndings(" ")}");
}
