namespace Speaker.Corpora;

/// <summary>What an utterance is for: learning from, choosing by (early stop, threshold), or only measuring.</summary>
internal enum CorpusSplit
{
    Train,
    Dev,
    Test,
}

/// <summary>One recording of one speaker.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Speaker">The speaker's label within the corpus; "" where nobody knows who speaks.</param>
/// <param name="Corpus">The corpus it comes from; speakers of two corpora are two people whatever their labels.</param>
/// <param name="Split">What the utterance is for.</param>
/// <param name="Session">The recording session, or "" where it is not known.</param>
/// <param name="Seconds">Length as the manifest gives it, or null.</param>
internal sealed record CorpusUtterance(
    string Path, string Speaker, string Corpus, CorpusSplit Split, string Session, double? Seconds)
{
    /// <summary>Names the speaker among all corpora.</summary>
    public string SpeakerKey => $"{Corpus}/{Speaker}";
}
