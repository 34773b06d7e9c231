using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Speaker.Host.Http.Facades.Azure;

/// <summary>Parameters of the address, as the product checks them.</summary>
internal static class AzureQuery
{
    private const int UsualPage = 100;
    private const int LongestPage = 500;
    private const int MostCandidates = 50;

    private static readonly string[] Unsupported = ["$filter", "$skip", "$orderBy", "$delta"];

    /// <exception cref="ProblemException">It is neither true nor false.</exception>
    public static bool IgnoreMinLength(HttpRequest request) => Single(request, "ignoreMinLength") switch
    {
        null => false,
        var text when text.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        var text when text.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        _ => throw AzureContract.Argument(
            "Invalid ignoreMinLength parameter value. Valid values are \"true\" and \"false\"."),
    };

    /// <summary>How long a page is, and after which profile it begins.</summary>
    /// <exception cref="ProblemException">A value is none, or the parameter is not supported.</exception>
    public static (int Top, Guid? After) Page(HttpRequest request)
    {
        if (Array.Find(Unsupported, request.Query.ContainsKey) is { } name)
        {
            throw AzureContract.Argument($"{name} parameter is not supported.");
        }

        var top = Single(request, "$top") is { } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && value is >= 1 and <= LongestPage
                ? value
                : throw AzureContract.Argument(
                    "Invalid $top parameter value. Value should be positive integer in the range [1, 500]")
            : UsualPage;
        return (top, Single(request, "$continuationToken") is { } token
            ? Guid.TryParseExact(token, "N", out var after)
                ? after
                : throw AzureContract.Argument(
                    "Invalid $continuationToken value. $continuationToken must be generated from a prior API call.")
            : null);
    }

    /// <summary>The profiles that are the candidates of an identification.</summary>
    /// <exception cref="ProblemException">There are none, too many, or one is no id.</exception>
    public static IReadOnlyList<Guid> Candidates(HttpRequest request)
    {
        string[] ids =
        [
            .. request.Query["profileIds"].SelectMany(value => (value ?? "").Split(
                ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
        ];
        if (ids.Length is 0 or > MostCandidates)
        {
            throw AzureContract.Argument(
                $"Invalid profileIds parameter value: there are {ids.Length} ids, must be 1 to {MostCandidates}, with " +
                "commas between them.");
        }

        return [.. ids.Select(IdOf).Distinct()];
    }

    /// <summary>A profile's id.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static Guid IdOf(string text) =>
        Guid.TryParseExact(text, "D", out var id) || Guid.TryParseExact(text, "N", out id)
            ? id
            : throw AzureContract.NoProfile();

    private static string? Single(HttpRequest request, string name) =>
        request.Query[name] is [{ } value, ..] ? value : null;
}
