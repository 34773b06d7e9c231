using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Enrolment.Audit;
using Speaker.Host.Jobs;
using Speaker.Host.Keys;
using Speaker.Host.Presentation;
using Speaker.Jobs;
using Speaker.Recognition;

namespace Speaker.Host.Agents;

/// <summary>
/// What an agent can do: ask who speaks, and ask a person to enrol somebody. It gets decisions and never an embedding, and
/// nothing that it asks for is enrolled before a person confirms it.
/// </summary>
internal static class AgentTools
{
    /// <summary>Most speakers that one answer lists.</summary>
    private const int MostListed = 1000;

    private const string Instructions =
        "Speaker tells voices apart. verify_speaker: is this the voice that enrolled under a name? identify_speaker: whose " +
        "voice is it? A decision is accept, reject or inconclusive; treat inconclusive as not verified, and say the " +
        "reason. Anybody can play a recording of a voice: do not protect anything valuable with a voice alone. " +
        "request_enrolment asks a person, who confirms it outside of this conversation; calibration_status says how far " +
        "decisions can be trusted.";

    /// <summary>What a server says of itself, with the tools that its caller may use.</summary>
    public static void Configure(McpServerOptions options, AgentCaller caller)
    {
        options.ServerInfo = new Implementation
        {
            Name = "speaker", Title = "Speaker", Version = typeof(SpeakerRecognizer).Assembly.GetName().Version!.ToString(3),
        };
        options.ServerInstructions = Instructions;
        options.ToolCollection = [.. Of(caller)];
    }

    private static IEnumerable<McpServerTool> Of(AgentCaller caller)
    {
        var recording = Recording(caller);
        if (caller.Scopes.HasFlag(KeyScopes.Verify))
        {
            yield return AgentTool.Create(
                "verify_speaker", "Verify a speaker",
                "Decides whether a recording is of the speaker who enrolled under a name: decision (accept, reject, " +
                "inconclusive), distance and threshold, and the reason in words (reason) and for programs (code).",
                Schema(["speaker", .. recording.Required], Speaker, recording.Properties), isReadOnly: true, caller,
                JsonContracts.Output.VerifyJson,
                async (arguments, cancellationToken) =>
                {
                    var (input, name) = arguments.Recording();
                    var answer = await caller.VerifyAsync(arguments.Speaker(), input, cancellationToken);
                    return DecisionPresenter.Json(RequireSomebody(answer), name);
                });
            yield return AgentTool.Create(
                "calibration_status", "Calibration",
                "Says which model decides, how many speakers are enrolled, with which thresholds and false-accept rates " +
                "decisions are made, on what they were measured, and what the model is bad at.",
                Schema([]), isReadOnly: true, caller, AgentJson.Output.CalibrationStatusJson,
                (_, cancellationToken) => StatusAsync(caller, cancellationToken));
        }

        if (caller.Scopes.HasFlag(KeyScopes.Identify))
        {
            yield return AgentTool.Create(
                "identify_speaker", "Identify a speaker",
                "Finds out which enrolled speaker a recording is of, or nobody: speaker (null for nobody), decision, the " +
                "nearest candidates, and the reason.",
                Schema([.. recording.Required], recording.Properties), isReadOnly: true, caller,
                JsonContracts.Output.IdentifyJson,
                async (arguments, cancellationToken) =>
                {
                    var (input, name) = arguments.Recording();
                    var answer = await caller.IdentifyAsync(input, cancellationToken);
                    return DecisionPresenter.Json(
                        RequireSomebody(answer), name, caller.Recognition.Identification.MinimumMargin);
                });
        }

        if (caller.Scopes.HasFlag(KeyScopes.Admin))
        {
            yield return AgentTool.Create(
                "list_speakers", "List speakers",
                $"Lists who is enrolled, by name, {MostListed} at most; with 'after' those that follow a name.",
                Schema([], """ "after": { "type": "string", "description": "Only names that come after this one." } """),
                isReadOnly: true, caller, AgentJson.Output.SpeakersJson,
                (arguments, cancellationToken) => ListAsync(caller, arguments.Text("after"), cancellationToken));
        }

        if (caller.Scopes.HasFlag(KeyScopes.Enrol))
        {
            yield return AgentTool.Create(
                "request_enrolment", "Ask for an enrolment",
                "Asks a person to enrol a recording under a name. Nothing is enrolled before the person confirms it, with " +
                "the command in 'confirm'; enrolment_request says what became of it.",
                Schema(
                    ["speaker", .. recording.Required], Speaker, recording.Properties,
                    """ "consent": { "type": "string", "description": "What the speaker consented to, and where." } """),
                isReadOnly: false, caller, AgentJson.Output.EnrolmentRequestJson,
                (arguments, cancellationToken) => RequestAsync(caller, arguments, cancellationToken));
            yield return AgentTool.Create(
                "enrolment_request", "State of an enrolment",
                "Says what became of an enrolment that was asked for: held until a person confirms it, then waiting, " +
                "running, done with its result, or failed with the reason.",
                Schema(
                    ["request"],
                    """ "request": { "type": "string", "description": "The id that request_enrolment gave." } """),
                isReadOnly: true, caller, JsonContracts.Output.JobJson,
                async (arguments, cancellationToken) => JobPresenter.Json(
                    await FindAsync(caller, arguments.RequireText("request"), cancellationToken)));
        }
    }

    private static string Speaker => """ "speaker": { "type": "string", "description": "The name of the speaker." } """;

    private static (string Properties, string[] Required) Recording(AgentCaller caller)
    {
        const string Audio =
            """ "audio": { "type": "string", "description": "The recording: a WAV, FLAC, Ogg or MP3 file in Base64." } """;
        const string File =
            """ "file": { "type": "string", "description": "Path of the recording on this machine." } """;
        return caller.ReadsFiles ? ($"{File}, {Audio}", []) : (Audio, ["audio"]);
    }

    /// <summary>The JSON Schema of a tool's arguments.</summary>
    private static string Schema(string[] required, params string[] properties) =>
        $$"""
        {
          "type": "object",
          "properties": { {{string.Join(", ", properties)}} },
          "required": [{{string.Join(", ", required.Select(name => $"\"{name}\""))}}],
          "additionalProperties": false
        }
        """;

    private static Decision RequireSomebody(Decision answer) => answer.Reason switch
    {
        Reason.UnknownSpeaker => throw new AgentException(
            $"nobody is enrolled under the name '{answer.Speaker}': list_speakers lists who is")
        {
            Code = ReasonCode.Of(answer.Reason),
        },
        Reason.NobodyEnrolled => throw new AgentException("nobody is enrolled yet: request_enrolment asks for it")
        {
            Code = ReasonCode.Of(answer.Reason),
        },
        _ => answer,
    };

    private static async Task<SpeakersJson> ListAsync(
        AgentCaller caller, string? after, CancellationToken cancellationToken)
    {
        var all = await caller.Store.ListAsync(cancellationToken);
        EnrolledSpeaker[] rest =
        [
            .. all.Where(each => after is null || string.CompareOrdinal(each.Name, after) > 0)
                .OrderBy(each => each.Name, StringComparer.Ordinal),
        ];
        return new SpeakersJson(
            [.. rest.Take(MostListed).Select(each => SpeakerPresenter.Json(each, caller.Recognition.Enrolment))],
            all.Count, rest.Length > MostListed);
    }

    private static async Task<CalibrationStatusJson> StatusAsync(AgentCaller caller, CancellationToken cancellationToken)
    {
        var encoder = caller.Recognizer.Encoder;
        var thresholds = new DecisionThresholds(encoder);
        var options = caller.Recognition;
        return new CalibrationStatusJson(
            encoder.Card.Name, encoder.Hash, (await caller.Store.ListAsync(cancellationToken)).Count,
            Status(options.Verification.Threshold, options.Verification.TargetFar),
            Status(options.Identification.Threshold, options.Identification.TargetFar),
            [.. encoder.Card.Calibration.Select(point => point.TargetFar).Order()], encoder.Card.Scores is not null,
            encoder.Card.Limitations ?? []);

        ThresholdStatusJson Status(double? set, double targetFar)
        {
            try
            {
                var threshold = thresholds.For(set, targetFar);
                return new ThresholdStatusJson(
                    threshold.Value, threshold.TargetFar, threshold.CalibratedFar, threshold.CalibratedOn,
                    threshold is { CalibratedFar: not null, IsMeasured: true }, null);
            }
            catch (ModelException exception)
            {
                return new ThresholdStatusJson(null, targetFar, null, null, false, exception.Message);
            }
        }
    }

    private static async Task<EnrolmentRequestJson> RequestAsync(
        AgentCaller caller, AgentArguments arguments, CancellationToken cancellationToken)
    {
        var speaker = arguments.Speaker();
        var consent = arguments.Text("consent");
        if (caller.Recognition.Enrolment.RequireConsent && !ConsentRule.IsGiven(consent)
            && !await ConsentRule.IsNotedAsync(caller.Store, speaker, cancellationToken))
        {
            throw new AgentException(
                "no consent is noted for this speaker, and Speaker:Enrolment:RequireConsent is on: give in 'consent' what " +
                "the speaker consented to")
            {
                Code = ReasonCode.Of(Reason.NoConsent),
            };
        }

        var sound = await arguments.SoundAsync((long)(caller.Jobs.MaximumMegabytes * 1e6), cancellationToken);
        // So that the agent learns at once, and the person is not asked for nothing.
        var heard = await caller.Recognizer.EmbedAsync(arguments.InputOf(sound), cancellationToken);
        if (!heard.IsUsable)
        {
            throw new AgentException($"the recording cannot be enrolled: {heard.Message}")
            {
                Code = ReasonCode.Of(heard.Reason),
            };
        }

        var job = new EnrolmentJob(speaker, consent, null, false, caller.MaximumSeconds, [sound.Name])
        {
            Tenant = caller.Tenant, Actor = $"agent of {AuditActor.Current}",
        };
        var put = await caller.Queue.PutAsync(
            job.ToJob([sound], caller.Jobs.Attempts) with { IsHeld = true }, cancellationToken);
        return new EnrolmentRequestJson(
            put.Id, JobPresenter.Word(JobState.Held), speaker, Math.Round(heard.SpeechSeconds, 3),
            caller.ConfirmCommand(put.Id));
    }

    private static async Task<KeptJob> FindAsync(AgentCaller caller, string id, CancellationToken cancellationToken) =>
        await caller.Queue.ReadAsync(id, cancellationToken) is { Kind: EnrolmentJob.Kind } job
        && EnrolmentJob.Of(job).Tenant == caller.Tenant
            ? job
            : throw new AgentException(
                $"there is no request '{id}': it was refused, or it ended longer ago than requests are kept")
            {
                Code = "unknownRequest",
            };
}
