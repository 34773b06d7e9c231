using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Speaker.Enrolment;
using Speaker.Host.Jobs;
using Speaker.Host.Keys;

namespace Speaker.Host.Http;

/// <summary>What an operator's tools ask: is it alive, is it ready, what has it done?</summary>
internal sealed class OperationEndpoints(
    ISpeakerRecognizer recognizer, IEditableStore store, MigrationHandler migration, PrometheusText metrics)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", Live).WithMetadata(new Operation("live", null))
            .Describe<HealthJson>("live", "The process answers.");
        routes.MapGet("/health/ready", ReadyAsync).WithMetadata(new Operation("ready", null))
            .Describe<HealthJson>(
                "ready", "The model is loaded, the store can be read, and the keys of its voiceprints are there.", 503);
        routes.MapGet("/metrics", Metrics).WithMetadata(new Operation("metrics", KeyScopes.None))
            .Describe<string>("metrics", "Counts and durations, in Prometheus' text format.");
    }

    private static JsonHttpResult<HealthJson> Live() =>
        TypedResults.Json(new HealthJson("live"), HttpJson.Output.HealthJson);

    private async Task<IResult> ReadyAsync(CancellationToken cancellation)
    {
        if (migration.Progress is { } progress)
        {
            throw new ProblemException(
                503, "notReady",
                $"the store is moved to another model: {progress.Done} of {progress.Total} recordings are done");
        }

        try
        {
            // Any name: what counts is that it can be looked up, and that the voiceprints are of this model.
            await store.ReadAsync("ready", recognizer.ModelHash, cancellation);
            await RequireKeysAsync(cancellation);
            return TypedResults.Json(new HealthJson("ready"), HttpJson.Output.HealthJson);
        }
        catch (StoreException exception)
        {
            // Nobody has shown a key here: the message, which has paths in it, is for those who have.
            throw new ProblemException(503, "notReady", $"the store cannot be used: {exception.Problem}");
        }
    }

    /// <exception cref="StoreException">A key is missing, or no key can be read.</exception>
    private async Task RequireKeysAsync(CancellationToken cancellation)
    {
        _ = store.Vault.CurrentKey();
        if ((await store.ReadKeysAsync(cancellation)).FirstOrDefault(key => !store.Vault.Has(key)) is { } missing)
        {
            throw new StoreException(StoreProblem.KeyMissing, $"key {missing} is not there");
        }
    }

    private ContentHttpResult Metrics() =>
        TypedResults.Text(metrics.ToString(), PrometheusText.ContentType, Encoding.UTF8);
}
