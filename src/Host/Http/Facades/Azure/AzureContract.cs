using Microsoft.AspNetCore.Http;

namespace Speaker.Host.Http.Facades.Azure;

/// <summary>How Azure Speaker Recognition v2.0 takes keys, and refuses: <c>{"error":{"code":…,"message":…}}</c>.</summary>
internal static class AzureContract
{
    public const string InvalidRequest = "InvalidRequest";
    public const string InvalidArgument = "InvalidArgument";

    private const string KeyHeader = "Ocp-Apim-Subscription-Key";

    public static ForeignContract Instance { get; } = new(
        request => RequestGate.HeaderOf(request, KeyHeader), RefuseAsync);

    /// <summary>400 InvalidRequest.</summary>
    public static ProblemException Invalid(string message) => new(400, InvalidRequest, message);

    /// <summary>400 InvalidArgument.</summary>
    public static ProblemException Argument(string message) => new(400, InvalidArgument, message);

    /// <summary>There is no such profile.</summary>
    public static ProblemException NoProfile() => new(404, "NotFound", "Requested profile doesn't exist");

    private static Task RefuseAsync(HttpContext context, ProblemException problem)
    {
        Problems.Begin(context, problem);
        return context.Response.WriteAsJsonAsync(
            new AzureErrorJson(new AzureErrorInfoJson(CodeOf(problem), MessageOf(problem))),
            AzureJson.Default.AzureErrorJson);
    }

    /// <summary>This façade's own problems have the product's codes, which begin with a capital; others get one by their
    /// status.</summary>
    private static string CodeOf(ProblemException problem) => char.IsAsciiLetterUpper(problem.Code[0])
        ? problem.Code
        : problem.Status switch
        {
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "NotFound",
            409 => "Conflict",
            415 => "UnsupportedMediaType",
            429 => "RateLimit",
            >= 500 => "InternalServerError",
            _ => InvalidRequest,
        };

    private static string MessageOf(ProblemException problem) => problem.Status == 401
        ? $"Request is not authorized. Make sure subscription key is included and valid: the header {KeyHeader} takes a " +
            "key of 'speaker key add'."
        : problem.Message;
}
