using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Speaker.Host.Presentation;
using Speaker.Host.Tenants;

namespace Speaker.Host.Http.Facades.Azure;

/// <summary>Profiles: create, list, get, enrol, reset, delete.</summary>
internal sealed partial class AzureProfileEndpoints(ServiceMetrics metrics, TimeProvider time, string? modelPath)
{
    private const double MostSeconds = 300;
    private const int LongestBody = 16_384;

    private readonly BusyProfiles _busy = new();

    public static JsonHttpResult<AzureProfileListJson> Page(IReadOnlyList<AzureProfileJson> profiles, string nextLink) =>
        TypedResults.Json(new AzureProfileListJson(profiles, nextLink), AzureJson.Default.AzureProfileListJson);

    public async Task<IResult> CreateAsync(string kind, HttpContext context, CancellationToken cancellation)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new ProblemException(
                415, "UnsupportedMediaType", "Unsupported media type. Only 'application/JSON' is accepted.");
        }

        var locale = await LocaleAsync(context.Request, cancellation);
        var (id, profile) = await Profiles(context, kind).AddAsync(locale, time.GetUtcNow(), cancellation);
        var request = context.Request;
        context.Response.Headers.Location = $"{request.Scheme}://{request.Host}{request.Path}/{id:D}";
        return TypedResults.Json(Json(id, profile), AzureJson.Default.AzureProfileJson, statusCode: 201);
    }

    public async Task<IResult> ListAsync(string kind, HttpContext context, CancellationToken cancellation)
    {
        var request = context.Request;
        var (top, after) = AzureQuery.Page(request);
        var found = await Profiles(context, kind).ListAsync(after, top + 1, cancellation);
        var next = found.Count > top
            ? $"{request.Scheme}://{request.Host}{request.Path}?$top={top}&$continuationToken={found[top - 1].Id:N}"
            : "";
        return Page([.. found.Take(top).Select(each => Json(each.Id, each.Profile))], next);
    }

    public async Task<IResult> ShowAsync(
        string kind, string profileId, HttpContext context, CancellationToken cancellation)
    {
        var id = AzureQuery.IdOf(profileId);
        return TypedResults.Json(
            Json(id, await Profiles(context, kind).FindAsync(id, cancellation)), AzureJson.Default.AzureProfileJson);
    }

    /// <summary>Of a profile that there is not, as the product has it, the deletion is done.</summary>
    public async Task<IResult> DeleteAsync(
        string kind, string profileId, HttpContext context, CancellationToken cancellation)
    {
        if (!Guid.TryParse(profileId, out var id))
        {
            return TypedResults.NoContent();
        }

        var tenant = Tenant.Of(context);
        using var turn = _busy.Begin(tenant.Name, kind, id);
        var profiles = Profiles(context, kind);
        try
        {
            await profiles.ReadAsync(id, cancellation);
        }
        catch (ProblemException problem) when (problem.Status == 404)
        {
            // Nor is a speaker touched whose name is such an id, and who came by another way.
            return TypedResults.NoContent();
        }

        // The voiceprint first: if the other fails, the profile is there to be deleted again.
        await tenant.Recognizer.RemoveAsync(id.ToString("D"), cancellation);
        await profiles.RemoveAsync(id, cancellation);
        return TypedResults.NoContent();
    }

    public async Task<IResult> ResetAsync(
        string kind, string profileId, HttpContext context, CancellationToken cancellation)
    {
        var (tenant, id) = (Tenant.Of(context), AzureQuery.IdOf(profileId));
        using var turn = _busy.Begin(tenant.Name, kind, id);
        var profiles = Profiles(context, kind);
        await profiles.ReadAsync(id, cancellation);
        await tenant.Recognizer.RemoveAsync(id.ToString("D"), cancellation);
        await profiles.ChangeAsync(id, profile => profile.Reset(time.GetUtcNow()), cancellation);
        return TypedResults.NoContent();
    }

    public async Task<IResult> EnrolAsync(
        string kind, string profileId, HttpContext context, CancellationToken cancellation)
    {
        var (tenant, id) = (Tenant.Of(context), AzureQuery.IdOf(profileId));
        var ignoreMinLength = AzureQuery.IgnoreMinLength(context.Request);
        using var turn = _busy.Begin(tenant.Name, kind, id);
        var profiles = Profiles(context, kind);
        var noted = await profiles.ReadAsync(id, cancellation);
        var before = await profiles.AsKeptAsync(id, noted, cancellation);
        var sound = await AzureRecording.ReadAsync(context.Request, cancellation);
        if (before.Seconds + sound.Seconds > MostSeconds)
        {
            throw new ProblemException(
                403, AzureContract.InvalidRequest,
                "Maximum allowed length across all profile enrollments is 300 seconds.");
        }

        // A voice may have several profiles: one of each kind, at least.
        var result = await tenant.Recognizer.EnrollAsync(
            id.ToString("D"), [sound.Input], new EnrolmentRequest { AllowDuplicate = true }, cancellation);
        var recording = result.Recordings[0];
        metrics.Enrolled(ReasonCode.Of(recording.Reason));
        RequestObserver.Note(context, ReasonCode.Of(recording.Reason));
        if (recording.Refused)
        {
            throw AzureContract.Invalid(recording.Reason == Reason.Noisy
                ? "Audio is too noisy. " + recording.Message
                : $"The audio cannot be enrolled: {recording.Message}.");
        }

        // One that is enrolled already counts once; but also where it was enrolled and the count failed.
        var counts = recording.Accepted || result.Utterances > before.Enrollments;
        var profile = await profiles.ChangeAsync(
            id,
            profile =>
            {
                // Where another service was faster, that one has seen what the store has.
                var last = profile == noted ? before : profile;
                return counts
                    ? last.With(sound.Seconds, recording.SpeechSeconds, ignoreMinLength, time.GetUtcNow())
                    : last with { IsEnrolled = last.IsEnrolled || ignoreMinLength };
            },
            cancellation);
        return TypedResults.Json(
            new AzureEnrollmentJson(
                id.ToString("D"), profile.Status, profile.Enrollments, Rounded(profile.Seconds),
                Rounded(profile.SpeechSeconds), Rounded(profile.MissingSpeechSeconds), Rounded(sound.Seconds),
                Rounded(recording.SpeechSeconds)),
            AzureJson.Default.AzureEnrollmentJson, statusCode: 201);
    }

    private static AzureProfiles Profiles(HttpContext context, string kind) =>
        new(Tenant.Of(context), kind);

    /// <summary>The language of a new profile. The model hears no language, so that any is as good as another.</summary>
    private static async Task<string> LocaleAsync(HttpRequest request, CancellationToken cancellation)
    {
        var body = new byte[LongestBody + 1];
        var length = await request.Body.ReadAtLeastAsync(
            body, body.Length, throwOnEndOfStream: false, cancellationToken: cancellation);
        if (length == 0)
        {
            throw AzureContract.Invalid("Request body is missing.");
        }

        AzureLocaleJson? given;
        try
        {
            given = length > LongestBody
                ? throw AzureContract.Invalid($"The request body is longer than {LongestBody} bytes.")
                : JsonSerializer.Deserialize(body.AsSpan(0, length), AzureJson.Default.AzureLocaleJson);
        }
        catch (JsonException)
        {
            throw AzureContract.Invalid("Invalid JSON format.");
        }

        return string.IsNullOrEmpty(given?.Locale) ? throw AzureContract.Invalid("Locale parameter is missing.")
            : LocalePattern().IsMatch(given.Locale) ? given.Locale
            : throw AzureContract.Argument("Invalid locale value. A locale is a language and a country, such as en-US.");
    }

    private AzureProfileJson Json(Guid id, AzureProfile profile) => new(
        id.ToString("D"), profile.Locale, profile.Status, Time(profile.CreatedAt),
        profile.UpdatedAt is { } updated ? Time(updated) : null, profile.Enrollments, Rounded(profile.Seconds),
        Rounded(profile.SpeechSeconds), Rounded(profile.MissingSpeechSeconds),
        profile.Enrollments > 0 && File.Exists(modelPath)
            ? File.GetLastWriteTimeUtc(modelPath).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : null);

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static double Rounded(double seconds) => Math.Round(seconds, 2);

    [GeneratedRegex("^[a-zA-Z]{2}-?[a-zA-Z]{2}\\z")]
    private static partial Regex LocalePattern();
}
