using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Speaker.Enrolment;
using Speaker.Host.Keys;
using Speaker.Host.Tenants;
using Speaker.Recognition;
using Speaker.Scoring;

namespace Speaker.Host.Http;

/// <summary>
/// How the enrolled voices lie to each other: on a plane, and each to each. Only distances leave the service, rounded, and
/// places that are made of them: no embedding does.
/// </summary>
internal sealed class GalleryEndpoints(SpeakerOptions options)
{
    /// <summary>Work and answer grow with the square.</summary>
    private const int MostSpeakers = 100;

    private const int MostUtterancesEach = 10;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/map", MapAsync).WithMetadata(new Operation("map", KeyScopes.Admin))
            .Describe<VoiceMapJson>(
                "map",
                $"Enrolled utterances on a plane, near ones alike: of the first {MostSpeakers} speakers by name the first " +
                $"{MostUtterancesEach} utterances each.");
        routes.MapGet("/v1/similarity", CompareAsync).WithMetadata(new Operation("similarity", KeyScopes.Admin))
            .Describe<SimilarityJson>(
                "similarity",
                $"The distance of every voiceprint to every other, of the first {MostSpeakers} speakers by name.");
    }

    private async Task<JsonHttpResult<VoiceMapJson>> MapAsync(HttpContext context, CancellationToken cancellation)
    {
        var scorer = Tenant.Of(context).Recognizer.Encoder.Scorer;
        var (speakers, leftOut) = await ReadAsync(Tenant.Of(context), cancellation);
        (string Speaker, KeptUtterance Kept)[] utterances =
        [
            .. speakers.SelectMany(speaker => speaker.Utterances.Take(MostUtterancesEach)
                .Select(utterance => (speaker.Name, utterance))),
        ];
        var plane = ClassicalScaling.Place(
            VoiceClusters.Distances(
                [.. utterances.Select(each => scorer.Side(each.Kept.Utterance.Embedding))], scorer, cancellation),
            cancellation);
        return TypedResults.Json(
            new VoiceMapJson(
                [.. utterances.Zip(plane.Places, (each, place) => new VoiceMapPointJson(
                    each.Speaker, each.Kept.Id, Math.Round(place.X, 4), Math.Round(place.Y, 4)))],
                Math.Round(plane.Share, 4), leftOut),
            HttpJson.Output.VoiceMapJson);
    }

    private async Task<JsonHttpResult<SimilarityJson>> CompareAsync(
        HttpContext context, CancellationToken cancellation)
    {
        var encoder = Tenant.Of(context).Recognizer.Encoder;
        var (speakers, leftOut) = await ReadAsync(Tenant.Of(context), cancellation);
        var distances = VoiceClusters.Distances(
            [.. speakers.Select(speaker => Verifier.SideOf(
                encoder.Scorer, [.. speaker.Utterances.Select(utterance => utterance.Utterance)]))],
            encoder.Scorer, cancellation);
        return TypedResults.Json(
            new SimilarityJson(
                [.. speakers.Select(speaker => speaker.Name)],
                [.. distances.Select(row => row.Select(distance => Math.Round(distance, 4)).ToArray())],
                new DecisionThresholds(encoder).For(options.Verification.Threshold, options.Verification.TargetFar).Value,
                leftOut),
            HttpJson.Output.SimilarityJson);
    }

    /// <summary>The first speakers by name, and how many there are besides.</summary>
    private static async Task<(IReadOnlyList<KeptSpeaker> Speakers, int LeftOut)> ReadAsync(
        Tenant tenant, CancellationToken cancellation)
    {
        var all = await tenant.Store.ListAsync(cancellation);
        var speakers = new List<KeptSpeaker>();
        foreach (var each in all.OrderBy(each => each.Name, StringComparer.Ordinal).Take(MostSpeakers))
        {
            // Null: removed meanwhile.
            if (await tenant.Store.ReadAsync(each.Name, tenant.Recognizer.ModelHash, cancellation) is { } kept)
            {
                speakers.Add(kept);
            }
        }

        return (speakers, Math.Max(0, all.Count - MostSpeakers));
    }
}
