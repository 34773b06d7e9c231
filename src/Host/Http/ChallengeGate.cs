using Microsoft.AspNetCore.Http;
using Speaker.CommandLine.Options;
using Speaker.Host.Challenges;

namespace Speaker.Host.Http;

/// <summary>Before a verification: uses up the challenge that it names, and asks for one where the settings do.</summary>
internal sealed class ChallengeGate(ChallengeBook book, HttpOptions options)
{
    public const string Field = "challenge";

    /// <summary>The challenge of a verification: named in the query or in a field of the form.</summary>
    /// <param name="context">The request, whose body was read: a challenge has to be open when the recording is
    /// there.</param>
    /// <param name="form">What its form names; null: nothing.</param>
    /// <param name="speaker">The normalised name that is claimed.</param>
    /// <returns>Null where none is named and none is asked for.</returns>
    /// <exception cref="ProblemException">One is asked for and not named, or the one that is named cannot be
    /// used.</exception>
    public Challenge? Redeem(HttpContext context, string? form, string speaker)
    {
        var named = context.Request.Query[Field].FirstOrDefault();
        if (named is not null && form is not null && form != named)
        {
            throw new ProblemException(
                400, "invalidArgument", "the query and the form name two challenges: name one, in either of them");
        }

        if ((named ?? form) is not { Length: > 0 } id)
        {
            return !options.RequireChallenge ? null : throw new ProblemException(
                400, "challengeMissing",
                "this service verifies only with a challenge: ask for one with POST /v1/challenges, have its digits " +
                "said, and name its id as ?challenge=ID or as the field challenge of the form");
        }

        var (state, challenge) = book.Take(id, RequestObserver.KeyOf(context), speaker);
        return challenge ?? throw (state switch
        {
            ChallengeState.Used => Refused("challengeUsed", "the challenge was used already"),
            ChallengeState.Expired => Refused(
                "challengeExpired", $"the challenge was valid for {options.ChallengeSeconds:0.#} s, and they are over"),
            _ => Refused(
                "challengeUnknown",
                "there is no such challenge for this key and this speaker in this process"),
        });
    }

    private static ProblemException Refused(string code, string what) =>
        new(409, code, what + ": ask for a new one with POST /v1/challenges");
}
