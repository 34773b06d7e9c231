using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine.Options;
using Speaker.Host.Challenges;
using Speaker.Host.Keys;

namespace Speaker.Host.Http;

/// <summary>Gives challenges.</summary>
internal sealed class ChallengeEndpoints(ChallengeBook book, HttpOptions options)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/challenges", Give)
            .WithMetadata(new Operation("challenge", KeyScopes.Verify) { Query = ["speaker"] })
            .Describe<GivenChallengeJson>(
                "challenge",
                "Random digits to be said in the recording of one verification. The caller checks that they are said: " +
                "this service does not.");

    private JsonHttpResult<GivenChallengeJson> Give(string? speaker, HttpContext context)
    {
        DecisionEndpoints.RequireOn(options.Verify, "verify");
        var name = speaker is null ? null : SpeakerEndpoints.Checked(speaker);
        var challenge = book.Give(RequestObserver.KeyOf(context), name, out var wait)
            ?? throw new ProblemException(
                503, "tooManyChallenges", $"{options.Challenges:#,0} challenges are open, as many as may be: wait " +
                $"{Math.Ceiling(wait.TotalSeconds):0} s")
            {
                RetryAfter = wait,
            };
        return TypedResults.Json(
            new GivenChallengeJson(challenge.Id, challenge.Digits, name, challenge.ExpiresAt, options.ChallengeSeconds),
            HttpJson.Output.GivenChallengeJson);
    }
}
