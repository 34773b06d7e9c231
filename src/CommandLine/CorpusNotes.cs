using Speaker.Corpora;

namespace Speaker.CommandLine;

/// <summary>What was left out of a corpus, in one list on stderr.</summary>
internal static class CorpusNotes
{
    /// <summary>What the folder holds besides utterances.</summary>
    public static void Write(CorpusRemainder remainder)
    {
        foreach (var note in remainder.Notes())
        {
            VerbOutput.Note($"speaker: {note}");
        }

        Write(remainder.Skipped);
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
