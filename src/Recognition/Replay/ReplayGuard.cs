using System.Globalization;
using Speaker.Audio.Fingerprints;

namespace Speaker.Replay;

/// <summary>Rejects a recording that was heard before: one that is enrolled, or was accepted lately, sent again.</summary>
/// <param name="options">How much of what was accepted is remembered.</param>
/// <param name="time">Of how long.</param>
internal sealed class ReplayGuard(ReplayOptions options, TimeProvider time)
{
    private readonly AcceptedRecordings _accepted = new(options, time);

    /// <summary>The answer, unless the recording was heard before; one that is accepted is remembered.</summary>
    /// <param name="answer">What the voice gave.</param>
    /// <param name="speaker">Who was claimed or found.</param>
    /// <param name="heard">Of the recording.</param>
    /// <param name="enrolled">Outlines of what the speaker has enrolled.</param>
    /// <param name="isAnswered">Whether the caller gets to know the decision; what nobody was told of is not
    /// remembered.</param>
    /// <param name="owner">As <see cref="AcceptedRecordings.Find"/> takes it.</param>
    public Decision Judge(
        Decision answer,
        string speaker,
        AudioFingerprint heard,
        IReadOnlyList<byte[]> enrolled,
        bool isAnswered,
        object? owner = null)
    {
        var search = new StretchSearch(heard, StretchRule.Default);
        foreach (var kept in enrolled)
        {
            if (search.Find(kept) is { IsOfOneRecording: true } common)
            {
                return Replayed(answer, common, "is enrolled");
            }
        }

        return _accepted.Find(
            speaker, enrolled, search, answer.Accepted && isAnswered ? heard.ToBytes() : null, owner) is { } again
            ? Replayed(answer, again, "was accepted before")
            : answer;
    }

    /// <summary>Follows a speaker whom another process gave this name, or the recordings of somebody else: what was
    /// accepted of the former one counts for the speaker from now on.</summary>
    /// <param name="speaker">Who is claimed or found.</param>
    /// <param name="enrolled">Outlines of what the speaker has enrolled.</param>
    /// <param name="outlinesOf">The same of others.</param>
    public async Task FollowAsync(
        string speaker, IReadOnlyList<byte[]> enrolled, Func<string, Task<IReadOnlyList<byte[]>>> outlinesOf)
    {
        foreach (var other in _accepted.NamesOf(speaker, enrolled))
        {
            // Two speakers may have enrolled the same recording: who still has it is somebody else.
            var theirs = await outlinesOf(other).ConfigureAwait(false);
            if (!theirs.Any(outline => enrolled.Any(own => own.AsSpan().SequenceEqual(outline))))
            {
                _accepted.Rename(other, speaker, enrolled);
            }
        }
    }

    /// <summary>Forgets what was accepted of a speaker.</summary>
    public void Forget(string speaker) => _accepted.Forget(speaker);

    private static Decision Replayed(Decision answer, CommonStretch common, string what) => answer with
    {
        Outcome = Outcome.Rejected,
        Reason = Reason.Replayed,
        Message = string.Create(
            CultureInfo.InvariantCulture,
            $"for {common.Seconds:0.0} s this is the sound of a recording that {what}: likeness {common.Likeness:0.00}, " +
            $"from {common.Needed:0.00} on it is the same; ask for a new recording"),
        MissingSeconds = null,
    };
}
