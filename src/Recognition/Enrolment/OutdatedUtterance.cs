using Speaker.Audio;

namespace Speaker.Enrolment;

/// <summary>An utterance whose voiceprint is of another model than the one that a store moves to.</summary>
/// <param name="Id">In the store.</param>
/// <param name="Speaker">Whose it is.</param>
/// <param name="Source">What the recording was called.</param>
/// <param name="Recording">What was kept of it, which may have gone, to be listened to once; null where nothing was
/// kept.</param>
internal sealed record OutdatedUtterance(long Id, string Speaker, string Source, AudioInput? Recording)
{
    /// <summary>Refuses a store that somebody changed.</summary>
    /// <param name="location">The store, for the message.</param>
    /// <param name="before">What was in it when its recordings began to be listened to.</param>
    /// <param name="now">What is in it.</param>
    /// <exception cref="StoreException">It has other utterances.</exception>
    public static void RequireSame(
        string location, IReadOnlyList<OutdatedUtterance> before, IReadOnlyList<OutdatedUtterance> now)
    {
        if (!now.Select(utterance => utterance.Id).ToHashSet().SetEquals(before.Select(utterance => utterance.Id)))
        {
            throw new StoreException(
                StoreProblem.InUse,
                $"store {location} was changed while its recordings were listened to: nothing was replaced; try again");
        }
    }
}

/// <summary>What the new model makes of an utterance.</summary>
/// <param name="Id">Of the <see cref="OutdatedUtterance"/>.</param>
/// <param name="Embedding">[D] of the new model, unit length.</param>
/// <param name="SpeechSeconds">That the new model's front end found.</param>
internal sealed record RenewedUtterance(long Id, float[] Embedding, double SpeechSeconds);
