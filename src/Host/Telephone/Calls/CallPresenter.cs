using System.Text.Json;
using Speaker.Host.Presentation;

namespace Speaker.Host.Telephone.Calls;

/// <summary>How a call looks in JSON.</summary>
internal static class CallPresenter
{
    /// <param name="call">The call.</param>
    /// <param name="expiresAt">Until when it may begin; null once it has.</param>
    public static CallJson Json(Call call, DateTimeOffset? expiresAt)
    {
        var result = call.Result;
        return new CallJson(
            call.Id, Word(call.State), call.Speaker, call.Correlation, call.Source, call.ProviderCall, call.CreatedAt,
            expiresAt, result is null ? null : DecisionPresenter.Word(result.Outcome), result?.Code, result?.Reason,
            result is null ? null : Word(result.End), result is null ? null : Math.Round(result.Seconds, 3),
            result is null ? null : new CallFramesJson(result.Received, result.Dropped, result.Lost),
            result?.Decision is { } decision ? DecisionPresenter.Json(decision, file: null) : null);
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
