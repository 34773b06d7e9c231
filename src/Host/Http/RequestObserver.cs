using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Speaker.Host.Http;

/// <summary>Around every request: whatever ends it becomes an answer, a count and a line in the log.</summary>
internal sealed class RequestObserver(ServiceMetrics metrics, ILogger logger)
{
    /// <summary>What logs and metrics say of a request whose caller did not wait for the answer.</summary>
    private const int Abandoned = 499;

    private const string CodeItem = "speaker.code";
    private const string KeyItem = "speaker.key";

    private int _answered;

    /// <summary>Requests until now.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Notes the code of the answer, for the log.</summary>
    public static void Note(HttpContext context, string code) => context.Items[CodeItem] = code;

    /// <summary>Notes whose request it is, for the log.</summary>
    public static void NoteKey(HttpContext context, string id) => context.Items[KeyItem] = id;

    /// <summary>The id of the key that a request came with; empty where keys are not needed.</summary>
    public static string KeyOf(HttpContext context) => context.Items[KeyItem] as string ?? "";

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var begun = Stopwatch.GetTimestamp();
        metrics.Begin();
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            status = await AnswerAsync(context, next);
        }
        finally
        {
            Interlocked.Increment(ref _answered);
            var duration = Stopwatch.GetElapsedTime(begun);
            var operation = OperationOf(context);
            metrics.End(operation?.Name ?? "unknown", status, duration);
            Trace(context, operation, status);
            Log(context, operation, status, duration.TotalSeconds);
        }
    }

    private static Operation? OperationOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<Operation>();

    /// <summary>The span of ASP.NET Core, without the address: there are names of speakers in it.</summary>
    private static void Trace(HttpContext context, Operation? operation, int status)
    {
        if (Activity.Current is not { } activity)
        {
            return;
        }

        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        activity.DisplayName = $"{context.Request.Method} {route}".TrimEnd();
        activity.SetTag("url.path", null).SetTag("url.query", null)
            .SetTag("http.request.method", context.Request.Method)
            .SetTag("http.route", route)
            .SetTag("http.response.status_code", status)
            .SetTag("speaker.operation", operation?.Name)
            .SetTag("speaker.code", context.Items[CodeItem]);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    private async Task<int> AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                await RefuseAsync(context, Problems.OfStatus(context.Response.StatusCode));
            }

            return context.Response.StatusCode;
        }
#pragma warning disable CA1031 // the last line of defence: nothing of an exception but its kind goes to the caller
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (context.RequestAborted.IsCancellationRequested)
            {
                return Abandoned;
            }

            var problem = Problems.Of(exception);
            if (problem is null)
            {
                logger.Failed(OperationOf(context)?.Name ?? "unknown", exception);
                problem = Problems.OfFault(exception);
            }

            if (context.Response.HasStarted)
            {
                context.Abort();
                return problem.Status;
            }

            await RefuseAsync(context, problem);
            return problem.Status;
        }
    }

    private static async Task RefuseAsync(HttpContext context, ProblemException problem)
    {
        Note(context, problem.Code);
        await (OperationOf(context)?.Contract?.RefuseAsync ?? Problems.WriteAsync)(context, problem);
    }

    private void Log(HttpContext context, Operation? operation, int status, double seconds)
    {
        var name = operation?.Name ?? "unknown";
        if (status == Abandoned)
        {
            logger.Cancelled(name, seconds);
        }
        else if (operation is null or { Scope: not null and not Keys.KeyScopes.None } || status >= 400)
        {
            logger.Answered(
                name, status, context.Items[CodeItem] as string ?? "none", seconds,
                context.Items[KeyItem] as string ?? "none");
        }
    }
}
