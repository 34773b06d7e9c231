using Microsoft.AspNetCore.Http;
using Speaker.CommandLine.Options;
using Speaker.Host.Presentation;
using Speaker.Host.Tenants;

namespace Speaker.Host.Http.Facades.Azure;

/// <summary>verify and identifySingleSpeaker.</summary>
internal sealed class AzureRecognitionEndpoints(
    HttpOptions options, GuardedVerification verification, ServiceMetrics metrics)
{
    private const double LeastSpeechSeconds = 4;
    private const int Ranked = 5;

    public async Task<IResult> VerifyAsync(
        string kind, string profileId, HttpContext context, CancellationToken cancellation)
    {
        DecisionEndpoints.RequireOn(options.Verify, "verify");
        var tenant = Tenant.Of(context);
        var id = AzureQuery.IdOf(profileId);
        var ignoreMinLength = AzureQuery.IgnoreMinLength(context.Request);
        await RequireEnrolledAsync(new AzureProfiles(tenant, kind), id, cancellation);
        var sound = await AzureRecording.ReadAsync(context.Request, cancellation);
        var answer = await verification.DecideAsync(
            tenant, id.ToString("D"), sound.Input, answer => IsEnough(answer, ignoreMinLength), cancellation);
        Judge("verify", answer, ignoreMinLength, context);
        return TypedResults.Json(
            new AzureRecognitionJson(answer.Accepted ? "accept" : "reject", AzureScore.Of(answer)),
            AzureJson.Default.AzureRecognitionJson);
    }

    public async Task<IResult> IdentifyAsync(string kind, HttpContext context, CancellationToken cancellation)
    {
        DecisionEndpoints.RequireOn(options.Identify, "identify");
        var tenant = Tenant.Of(context);
        var candidates = AzureQuery.Candidates(context.Request);
        var ignoreMinLength = AzureQuery.IgnoreMinLength(context.Request);
        var profiles = new AzureProfiles(tenant, kind);
        foreach (var id in candidates)
        {
            await RequireEnrolledAsync(profiles, id, cancellation);
        }

        var sound = await AzureRecording.ReadAsync(context.Request, cancellation);
        var (answer, trials) = await verification.DecideAmongAsync(
            tenant, [.. candidates.Select(id => id.ToString("D"))], sound.Input,
            answer => IsEnough(answer, ignoreMinLength), cancellation);
        Judge("identify", answer, ignoreMinLength, context);
        var ranking = trials.Select(trial => new AzureScoredProfileJson(trial.Speaker!, AzureScore.Of(trial)))
            .OrderByDescending(profile => profile.Score).ThenBy(profile => profile.ProfileId, StringComparer.Ordinal)
            .ToArray();
        return TypedResults.Json(
            new AzureIdentificationJson(
                answer.Accepted
                    ? ranking.First(profile => profile.ProfileId == answer.Speaker)
                    : new AzureScoredProfileJson(Guid.Empty.ToString("D"), 0),
                ranking[..Math.Min(Ranked, ranking.Length)]),
            AzureJson.Default.AzureIdentificationJson);
    }

    /// <exception cref="ProblemException">There is no such profile, or not enough speech of it.</exception>
    private static async Task RequireEnrolledAsync(AzureProfiles profiles, Guid id, CancellationToken cancellation)
    {
        if (!(await profiles.FindAsync(id, cancellation)).IsEnrolled)
        {
            throw NotEnrolled();
        }
    }

    private static bool IsEnough(Decision answer, bool ignoreMinLength) =>
        ignoreMinLength || answer.SpeechSeconds >= LeastSpeechSeconds;

    /// <summary>Counts a decision, and refuses what the product has no answer for.</summary>
    /// <exception cref="ProblemException">There is too little speech, or the recording cannot be decided.</exception>
    private void Judge(string operation, Decision answer, bool ignoreMinLength, HttpContext context)
    {
        var code = ReasonCode.Of(answer.Reason);
        metrics.Decided(operation, DecisionPresenter.Word(answer.Outcome), code, answer.TotalSeconds);
        RequestObserver.Note(context, code);
        if (answer.Reason is Reason.UnknownSpeaker or Reason.NobodyEnrolled)
        {
            // Its voiceprint was removed by another way.
            throw NotEnrolled();
        }

        if (!IsEnough(answer, ignoreMinLength))
        {
            throw AzureContract.Invalid(
                $"Invalid audio length. Minimum allowed length is {LeastSpeechSeconds} second(s).");
        }

        if (answer.Outcome == Outcome.Inconclusive)
        {
            throw AzureContract.Invalid($"The audio cannot be decided on: {answer.Message}.");
        }
    }

    private static ProblemException NotEnrolled() => AzureContract.Invalid("Profile is not enrolled.");
}
