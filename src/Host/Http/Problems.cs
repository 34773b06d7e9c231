using System.Globalization;
using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Speaker.Audio;
using Speaker.Jobs;

namespace Speaker.Host.Http;

/// <summary>From what went wrong to the problem document that says so.</summary>
internal static class Problems
{
    public const string ContentType = MediaTypeNames.Application.ProblemJson;

    /// <summary>What is expected to happen with the wrong input or a store in trouble; null for what is this program's
    /// own fault.</summary>
    public static ProblemException? Of(Exception exception) => exception switch
    {
        ProblemException problem => problem,
        BadHttpRequestException { StatusCode: 413 } => new ProblemException(
            413, "tooLarge", "the body is larger than the setting Speaker:Http:MaximumMegabytes allows"),
        BadHttpRequestException { StatusCode: 408 } => new ProblemException(
            408, "tooSlow", "the body came too slowly"),
        BadHttpRequestException bad => new ProblemException(bad.StatusCode, "invalidRequest", bad.Message),
        AudioException => new ProblemException(422, "unreadableRecording", exception.Message),
        StoreException store => Of(store),
        JobQueueFullException => new ProblemException(503, "queueFull", exception.Message)
        {
            RetryAfter = TimeSpan.FromSeconds(10),
        },
        ModelException => new ProblemException(500, "modelUnusable", exception.Message),
        _ => null,
    };

    /// <summary>This program's own fault: nothing of it but its kind is told.</summary>
    public static ProblemException OfFault(Exception exception) => new(
        500, "internalError", $"internal error: {exception.GetType().Name}; the service's log has the details");

    /// <summary>The document that tells it.</summary>
    public static ProblemJson Json(ProblemException problem) => new(
        "about:blank", ReasonPhrases.GetReasonPhrase(problem.Status), problem.Status, problem.Message, problem.Code);

    /// <summary>An answer that has a status and nothing else, as routing gives it.</summary>
    public static ProblemException OfStatus(int status) => status switch
    {
        404 => new ProblemException(
            404, "notFound", "there is nothing at this address: /openapi/v1.json lists what there is"),
        405 => new ProblemException(405, "methodNotAllowed", "this address does not take this method"),
        415 => new ProblemException(415, "unsupportedMediaType", "this address does not take this content type"),
        _ => new ProblemException(status, "invalidRequest", "the request cannot be answered"),
    };

    /// <summary>Begins the answer anew: its status, and when to try again.</summary>
    public static void Begin(HttpContext context, ProblemException problem)
    {
        context.Response.Clear();
        context.Response.StatusCode = problem.Status;
        if (problem.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter =
                Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }

    public static async Task WriteAsync(HttpContext context, ProblemException problem)
    {
        Begin(context, problem);
        if (problem.Status == 401)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        await context.Response.WriteAsJsonAsync(Json(problem), HttpJson.Output.ProblemJson, ContentType);
    }

    private static ProblemException Of(StoreException exception) => exception.Problem switch
    {
        StoreProblem.InUse => new ProblemException(503, "storeInUse", exception.Message)
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        },
        StoreProblem.Full => new ProblemException(507, "storageFull", exception.Message),
        StoreProblem.OtherModel => new ProblemException(503, "storeOfOtherModel", exception.Message),
        StoreProblem.KeyMissing => new ProblemException(503, "storeKeyMissing", exception.Message),
        _ => new ProblemException(503, "storeFailed", exception.Message),
    };
}
