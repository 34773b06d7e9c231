using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Enrolment.Audit;
using Speaker.Host.Jobs;
using Speaker.Host.Keys;
using Speaker.Host.Presentation;
using Speaker.Host.Tenants;
using Speaker.Recognition;

namespace Speaker.Host.Http;

/// <summary>Who is enrolled: list, show, enrol, remove.</summary>
internal sealed class SpeakerEndpoints(
    JobEndpoints jobs, SpeakerOptions recognition, HttpOptions options, ServiceMetrics metrics)
{
    private const string ConsentField = "consent";
    private const string NoteField = "note";
    private const string AllowDuplicateField = "allowDuplicate";
    private const int UsuallyListed = 1000;
    private const int MostListed = 10_000;

    /// <summary>A name as the store has it.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static string Checked(string name) => SpeakerName.Problem(name) is { } problem
        ? throw new ProblemException(400, "invalidName", problem)
        : SpeakerName.Normalise(name);

    /// <summary>Nobody is enrolled under a name.</summary>
    public static ProblemException Unknown(string name) =>
        new(404, ReasonCode.Of(Reason.UnknownSpeaker), $"unknown speaker '{name}': nobody is enrolled under that name");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/speakers", ListAsync)
            .WithMetadata(new Operation("list", KeyScopes.Admin) { Query = ["after", "limit"] })
            .Describe<SpeakerListJson>("list", "Who is enrolled, by name.");
        routes.MapGet("/v1/speakers/{speaker}", ShowAsync).WithMetadata(new Operation("show", KeyScopes.Admin))
            .Describe<ShowJson>("show", "A speaker's utterances, without their embeddings.", 404);
        routes.MapPost("/v1/speakers/{speaker}/utterances", EnrolAsync)
            .WithMetadata(new Operation("enrol", KeyScopes.Enrol, Listens: true)
            {
                Query = [JobEndpoints.AsyncName, JobEndpoints.WebhookName, .. Upload.Query],
                Fields = [ConsentField, NoteField, AllowDuplicateField],
            })
            .Describe<EnrollJson>(
                "enrol",
                "Add recordings to a speaker, all in one transaction. 201: the speaker is new; 200: nothing was " +
                "refused, or some were added; 422 with the code of the first reason: nothing was added. With " +
                "async=true, or the header 'Prefer: respond-async', 202 and the address of the job once it is in the queue.",
                413, 415, 422);
        routes.MapDelete("/v1/speakers/{speaker}", RemoveAsync).WithMetadata(new Operation("remove", KeyScopes.Admin))
            .Describe<RemoveJson>("remove", "Remove a speaker with every voiceprint.", 404);
        routes.MapDelete("/v1/speakers/{speaker}/utterances/{utterance}", RemoveUtteranceAsync)
            .WithMetadata(new Operation("removeUtterance", KeyScopes.Admin))
            .Describe<RemoveJson>("removeUtterance", "Remove one utterance; the speaker goes with the last one.", 404);
    }

    private async Task<IResult> ListAsync(
        string? after, int? limit, HttpContext context, CancellationToken cancellation)
    {
        var most = limit ?? UsuallyListed;
        if (most is < 1 or > MostListed)
        {
            throw new ProblemException(
                400, "invalidArgument", $"limit = {most}, must be from 1 to {MostListed:#,0}");
        }

        var all = await Tenant.Of(context).Store.ListAsync(cancellation);
        EnrolledSpeaker[] rest =
        [
            .. all.Where(each => after is null || string.CompareOrdinal(each.Name, after) > 0)
                .OrderBy(each => each.Name, StringComparer.Ordinal).Take(most + 1),
        ];
        var page = rest.Take(most).Select(each => SpeakerPresenter.Json(each, recognition.Enrolment)).ToArray();
        return TypedResults.Json(
            new SpeakerListJson(page, rest.Length > most ? page[^1].Speaker : null), HttpJson.Output.SpeakerListJson);
    }

    private async Task<IResult> ShowAsync(string speaker, HttpContext context, CancellationToken cancellation)
    {
        var name = Checked(speaker);
        var recognizer = Tenant.Of(context).Recognizer;
        var kept = await Tenant.Of(context).Store.ReadAsync(name, recognizer.ModelHash, cancellation) ?? throw Unknown(name);
        return TypedResults.Json(
            SpeakerPresenter.Json(
                kept, SpeakerPresenter.Distances(kept, recognizer), new QualityReview(recognition.Quality),
                recognizer.ModelHash),
            JsonContracts.Output.ShowJson);
    }

    private async Task<IResult> EnrolAsync(string speaker, HttpContext context, CancellationToken cancellation)
    {
        var name = Checked(speaker);
        var isAsync = JobEndpoints.IsAskedFor(context.Request);
        var webhook = jobs.Webhook(context.Request, isAsync);
        using var form = await UploadForm.ReadAsync(context.Request, options);
        var consent = form.Field(ConsentField);
        var note = form.Field(NoteField);
        if (note is not null && string.IsNullOrWhiteSpace(note))
        {
            throw new ProblemException(
                400, "invalidArgument", "note is blank: say why these recordings belong together, or leave it out");
        }

        var allowDuplicate = Truth(form, AllowDuplicateField);
        if (isAsync)
        {
            return await jobs.AcceptAsync(
                context,
                new EnrolmentJob(
                    name, consent, note, allowDuplicate, options.MaximumSeconds,
                    [.. form.Uploads.Select(upload => upload.Name)])
                {
                    Webhook = webhook,
                    Tenant = Tenant.Of(context).Name,
                    Actor = AuditActor.Current,
                },
                await form.ToSoundsAsync(cancellation));
        }

        var result = await form.ListenAsync(() => Tenant.Of(context).Recognizer.EnrollAsync(
            name, [.. form.Uploads.Select(upload => upload.Input)],
            new EnrolmentRequest { Consent = consent, ForceNote = note, AllowDuplicate = allowDuplicate },
            cancellation));
        foreach (var recording in result.Recordings)
        {
            metrics.Enrolled(ReasonCode.Of(recording.Reason));
        }

        var refused = result.Recordings.FirstOrDefault(recording => recording.Refused);
        if (refused is not null && result.Accepted == 0)
        {
            throw new ProblemException(
                refused.Reason == Reason.TooLong ? 413 : 422, ReasonCode.Of(refused.Reason),
                $"{refused.Name}: {refused.Message}");
        }

        RequestObserver.Note(context, ReasonCode.Of(result.Recordings[0].Reason));
        var isNew = result.Accepted > 0 && result.Accepted == result.Utterances;
        if (isNew)
        {
            context.Response.Headers.Location = "/v1/speakers/" + Uri.EscapeDataString(name);
        }

        return TypedResults.Json(
            EnrolmentPresenter.Json(result, [.. form.Uploads.Select(upload => upload.Name)], consent, note),
            JsonContracts.Output.EnrollJson, statusCode: isNew ? 201 : 200);
    }

    private async Task<IResult> RemoveAsync(string speaker, HttpContext context, CancellationToken cancellation)
    {
        var name = Checked(speaker);
        return await Tenant.Of(context).Recognizer.RemoveAsync(name, cancellation)
            ? TypedResults.Json(new RemoveJson(name, true, null, 0, null), JsonContracts.Output.RemoveJson)
            : throw Unknown(name);
    }

    private async Task<IResult> RemoveUtteranceAsync(
        string speaker, long utterance, HttpContext context, CancellationToken cancellation)
    {
        var name = Checked(speaker);
        var left = await Tenant.Of(context).Store.RemoveUtteranceAsync(name, utterance, cancellation)
            ?? throw new ProblemException(
                404, "unknownUtterance", $"speaker '{name}' has no utterance {utterance}: nothing was removed");
        return TypedResults.Json(new RemoveJson(name, true, utterance, left, null), JsonContracts.Output.RemoveJson);
    }

    private static bool Truth(UploadForm form, string field) => form.Field(field) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw new ProblemException(
            400, "invalidArgument", $"{field} = '{other}', must be true or false"),
    };
}
