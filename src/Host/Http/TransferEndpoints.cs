using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.Keys;
using Speaker.Host.Presentation;
using Speaker.Host.Tenants;
using Speaker.Inference;

namespace Speaker.Host.Http;

/// <summary>Voiceprints on their way to another store and from one: the only endpoints with embeddings.</summary>
internal sealed class TransferEndpoints(
    VoiceEncoder encoder, SpeakerOptions recognition, HttpOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/export", ExportAsync)
            .WithMetadata(new Operation("export", KeyScopes.Admin) { Query = ["speaker"] })
            .Describe<object>(
                "export",
                "A file of voiceprints, embeddings included, as 'speaker export' writes it. Off unless the setting " +
                "Speaker:Http:Export is true.",
                404, 409);
        routes.MapPost("/v1/import", ImportAsync).WithMetadata(new Operation("import", KeyScopes.Admin, Listens: true))
            .Describe<ImportedVoiceprintsJson>(
                "import", "Add the voiceprints of such a file, all or none.", 413, 422);
    }

    private async Task<IResult> ExportAsync(
        string[]? speaker, HttpContext context, CancellationToken cancellation)
    {
        if (!options.Export)
        {
            throw new ProblemException(
                403, "switchedOff",
                "export hands out embeddings and is off: the setting Speaker:Http:Export allows it");
        }

        var all = await Tenant.Of(context).Store.ReadAllAsync(encoder.Hash, cancellation);
        string[] wanted = [.. (speaker ?? []).Select(SpeakerEndpoints.Checked)];
        if (Array.Find(wanted, name => all.All(kept => kept.Name != name)) is { } unknown)
        {
            throw SpeakerEndpoints.Unknown(unknown);
        }

        KeptSpeaker[] chosen =
            [.. all.Where(kept => wanted.Length == 0 || wanted.Contains(kept.Name, StringComparer.Ordinal))];
        return chosen.Length > 0
            ? TypedResults.Bytes(
                VoiceprintFile.Of(chosen, encoder.Hash, encoder.Card.Encoder.Dimension).ToBytes(),
                MediaTypeNames.Application.Json, "voiceprints.json")
            : throw new ProblemException(409, "nobodyEnrolled", "nobody is enrolled: there is nothing to export");
    }

    private async Task<IResult> ImportAsync(HttpContext context, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, cancellation);
        const string Name = "the body";
        IReadOnlyList<KeptSpeaker> speakers;
        try
        {
            speakers = VoiceprintFile.Parse(
                body.GetBuffer().AsSpan(0, (int)body.Length), Name, encoder.Hash, encoder.Card.Encoder.Dimension);
        }
        catch (InvalidDataException exception)
        {
            throw new ProblemException(422, "invalidVoiceprints", exception.Message);
        }

        if (ConsentRule.Problem(speakers, recognition.Enrolment) is { } problem)
        {
            throw new ProblemException(422, ReasonCode.Of(Reason.NoConsent), problem);
        }

        var added = await Tenant.Of(context).Store.ImportAsync(speakers, encoder.Hash, cancellation);
        return TypedResults.Json(
            new ImportedVoiceprintsJson(
                Name, speakers.Count, added, speakers.Sum(kept => kept.Utterances.Count) - added, encoder.Hash),
            JsonContracts.Output.ImportedVoiceprintsJson);
    }
}
