using Microsoft.AspNetCore.Http;

namespace Speaker.Host.Http.Facades.VoiceAssistant;

/// <summary>How the voiceprint service of ESP32 assistants takes keys, and refuses: <c>{"detail":…}</c>.</summary>
internal static class VoiceAssistantContract
{
    public static ForeignContract Bearer { get; } = new(RequestGate.BearerOf, RefuseAsync);

    /// <summary>The key stands in the address, as <c>?key=</c>.</summary>
    public static ForeignContract Query { get; } = new(
        request => request.Query["key"] is [{ Length: > 0 } key, ..] ? key : null, RefuseAsync);

    private static Task RefuseAsync(HttpContext context, ProblemException problem)
    {
        Problems.Begin(context, problem);
        return context.Response.WriteAsJsonAsync(
            new RefusalJson(problem.Message), VoiceAssistantJson.Output.RefusalJson);
    }
}
