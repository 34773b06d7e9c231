using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.Keys;
using Speaker.Host.Presentation;
using Speaker.Host.Tenants;

namespace Speaker.Host.Http.Facades.VoiceAssistant;

/// <summary>The voiceprint endpoints that ESP32 voice assistants (xiaozhi) ask.</summary>
internal sealed class VoiceAssistantEndpoints(HttpOptions options, ServiceMetrics metrics)
{
    private const string Root = "/voiceprint";

    /// <summary>What is answered for a match that is none for want of a distance to the runner-up.</summary>
    private const double Undecided = AssistantScore.Bound / 2;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "/health", HealthAsync).WithMetadata(
            new Operation("assistantHealth", KeyScopes.None, Contract: VoiceAssistantContract.Query));
        routes.MapPost(Root + "/register", RegisterAsync).WithMetadata(
            new Operation("assistantRegister", KeyScopes.Enrol, true, VoiceAssistantContract.Bearer));
        routes.MapPost(Root + "/identify", IdentifyAsync).WithMetadata(
            new Operation("assistantIdentify", KeyScopes.Identify, true, VoiceAssistantContract.Bearer));
        routes.MapDelete(Root + "/{speakerId}", RemoveAsync).WithMetadata(
            new Operation("assistantRemove", KeyScopes.Admin, Contract: VoiceAssistantContract.Bearer));
    }

    private static async Task<IResult> HealthAsync(HttpContext context, CancellationToken cancellation) =>
        TypedResults.Json(
            new VoiceprintHealthJson((await Tenant.Of(context).Store.ListAsync(cancellation)).Count, "healthy"),
            VoiceAssistantJson.Output.VoiceprintHealthJson);

    private static async Task<IResult> RemoveAsync(
        string speakerId, HttpContext context, CancellationToken cancellation)
    {
        var name = SpeakerEndpoints.Checked(speakerId);
        return await Tenant.Of(context).Recognizer.RemoveAsync(name, cancellation)
            ? TypedResults.Json(
                new VoiceprintChangeJson(true, $"removed: {name}"), VoiceAssistantJson.Output.VoiceprintChangeJson)
            : throw SpeakerEndpoints.Unknown(name);
    }

    /// <summary>The recording takes the place of what the speaker had, as the contract has it.</summary>
    private async Task<IResult> RegisterAsync(HttpContext context, CancellationToken cancellation)
    {
        using var form = await ReadAsync(context.Request);
        var name = SpeakerEndpoints.Checked(Required(form, "speaker_id"));
        var upload = form.Single();
        var (store, recognizer) = (Tenant.Of(context).Store, Tenant.Of(context).Recognizer);
        var before = await store.ReadAsync(name, recognizer.ModelHash, cancellation);
        var result = await form.ListenAsync(() => recognizer.EnrollAsync(
            name, [upload.Input],
            new EnrolmentRequest
            {
                // What there was goes, so that the new one need not be like it.
                ForceNote = before is null ? null : "registered anew by a voice assistant",
                AllowDuplicate = true,
            },
            cancellation));
        var recording = result.Recordings[0];
        metrics.Enrolled(ReasonCode.Of(recording.Reason));
        RequestObserver.Note(context, ReasonCode.Of(recording.Reason));
        if (recording.Refused)
        {
            throw new ProblemException(400, ReasonCode.Of(recording.Reason), recording.Message);
        }

        foreach (var outdated in recording.Accepted ? before?.Utterances ?? [] : [])
        {
            await store.RemoveUtteranceAsync(name, outdated.Id, cancellation);
        }

        return TypedResults.Json(
            new VoiceprintChangeJson(true, $"registered: {name}"), VoiceAssistantJson.Output.VoiceprintChangeJson);
    }

    private async Task<IResult> IdentifyAsync(HttpContext context, CancellationToken cancellation)
    {
        DecisionEndpoints.RequireOn(options.Identify, "identify");
        using var form = await ReadAsync(context.Request);
        string[] names =
        [
            .. Required(form, "speaker_ids").Split(
                ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(name => SpeakerName.Problem(name) is null),
        ];
        if (names.Length == 0)
        {
            throw new ProblemException(
                400, "invalidArgument", "speaker_ids names nobody: give the candidates with commas between them");
        }

        var upload = form.Single();
        var (answer, _) = await form.ListenAsync(
            () => Tenant.Of(context).Recognizer.IdentifyAmongAsync(names, upload.Input, _ => true, cancellation));
        var code = ReasonCode.Of(answer.Reason);
        metrics.Decided("identify", DecisionPresenter.Word(answer.Outcome), code, answer.TotalSeconds);
        RequestObserver.Note(context, code);
        var score = answer.Distance is { } distance ? AssistantScore.Of(distance, answer.Threshold) : 0;
        return TypedResults.Json(
            answer.Accepted
                ? new VoiceprintMatchJson(answer.Speaker!, score)
                : new VoiceprintMatchJson("", score < AssistantScore.Bound ? score : Undecided),
            VoiceAssistantJson.Output.VoiceprintMatchJson);
    }

    private async Task<UploadForm> ReadAsync(HttpRequest request)
    {
        var form = await UploadForm.ReadAsync(request, options);
        if (form.Uploads.Any(upload => upload.Field.Length == 0
            || !upload.Name.EndsWith(".wav", StringComparison.OrdinalIgnoreCase)))
        {
            form.Dispose();
            throw new ProblemException(
                400, "invalidForm", "the recording must come as the file of a form, and its name end with .wav");
        }

        return form;
    }

    /// <exception cref="ProblemException">The field is not there.</exception>
    private static string Required(UploadForm form, string field) => form.Field(field) is { Length: > 0 } value
        ? value
        : throw new ProblemException(422, "invalidForm", $"the form has no field {field}");
}
