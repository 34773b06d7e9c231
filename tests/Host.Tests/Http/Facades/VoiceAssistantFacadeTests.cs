using System.Net.Http.Headers;
using System.Text.Json;
using Speaker.Host.Http.Facades.VoiceAssistant;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http.Facades;

/// <summary>The rows of the voiceprint contract of ESP32 voice assistants, over HTTP and with real recordings.</summary>
[Collection(TestModelTests.Name)]
public sealed class VoiceAssistantFacadeTests(TestModel model)
{
    /// <summary>What the assistants reject below, and what their console takes for known.</summary>
    private const double Rejected = 0.4;
    private const double Known = 0.5;

    [Fact]
    public async Task Health_WithTheKeyInTheAddress_CountsTheTenantsVoiceprints()
    {
        var (kept, key) = HttpService.KeyOf("enrol", "identify", "admin");
        var (keptOther, other) = HttpService.KeyOf("enrol");
        await using var service = await StartAsync([kept with { Tenant = "home" }, keptOther]);
        await HttpService.JsonAsync(await RegisterAsync(service, "anna", Speech("de", 0), key), 200);
        var health = await HttpService.JsonAsync(await service.Client.GetAsync($"/voiceprint/health?key={key}"), 200);
        Assert.Equal("""{"total_voiceprints":1,"status":"healthy"}""", health.GetRawText());
        health = await HttpService.JsonAsync(await service.Client.GetAsync($"/voiceprint/health?key={other}"), 200);
        Assert.Equal(0, health.GetProperty("total_voiceprints").GetInt32());
        await DetailAsync(await service.Client.GetAsync("/voiceprint/health?key=wrong"), 401);
        await DetailAsync(await service.Client.GetAsync("/voiceprint/health"), 401);
        // Nor is the key of the address one anywhere else.
        await DetailAsync(await service.Client.DeleteAsync($"/voiceprint/anna?key={key}"), 401);
        await HttpService.ProblemAsync(await service.Client.GetAsync($"/v1/speakers?key={key}"), 401, "keyMissing");
        Assert.DoesNotContain(
            service.Events.Entries, entry => entry.Message.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RegisterIdentifyRemove_WithABearerToken_AnswerTheFieldsOfTheContract()
    {
        var (kept, key) = HttpService.KeyOf("enrol", "identify", "admin");
        var (keptWeak, weak) = HttpService.KeyOf("verify");
        await using var service = await StartAsync([kept, keptWeak], ("Speaker:Identification:MinimumMargin", "0"));
        await DetailAsync(await RegisterAsync(service, "42", Speech("de", 0)), 401);
        await DetailAsync(await RegisterAsync(service, "42", Speech("de", 0), weak), 403);
        var registered = await HttpService.JsonAsync(await RegisterAsync(service, "42", Speech("de", 0), key), 200);
        Assert.Equal(["success", "msg"], Names(registered));
        Assert.True(registered.GetProperty("success").GetBoolean());
        await HttpService.JsonAsync(await RegisterAsync(service, "43", Speech("fr", 0), key), 200);

        var match = await HttpService.JsonAsync(await IdentifyAsync(service, "43, 42,99", Speech("de", 0), key), 200);
        Assert.Equal(["speaker_id", "score"], Names(match));
        Assert.Equal("42", match.GetProperty("speaker_id").GetString());
        Assert.InRange(match.GetProperty("score").GetDouble(), Known, 1);
        // Only candidates are.
        match = await HttpService.JsonAsync(await IdentifyAsync(service, "43", Speech("de", 0), key), 200);
        Assert.Equal("43", match.GetProperty("speaker_id").GetString());

        await DetailAsync(await SendAsync(service, HttpMethod.Delete, "/voiceprint/42", null, weak), 403);
        var removed = await HttpService.JsonAsync(
            await SendAsync(service, HttpMethod.Delete, "/voiceprint/42", null, key), 200);
        Assert.Equal(["success", "msg"], Names(removed));
        Assert.True(removed.GetProperty("success").GetBoolean());
        await DetailAsync(await SendAsync(service, HttpMethod.Delete, "/voiceprint/42", null, key), 404);
    }

    [Fact]
    public async Task Identify_Nobody_IsAnEmptyIdBelowTheAssistantsBound()
    {
        await using var service = await StartAsync(null, ("Speaker:Identification:Threshold", "0.0000001"));
        await HttpService.JsonAsync(await RegisterAsync(service, "42", Speech("de", 0)), 200);
        // Another recording, silence, and candidates of whom nobody is registered.
        foreach (var (ids, sound) in ((string, HttpContent)[])
            [("42", Speech("fr", 0)), ("42", HttpService.Wav(new float[48_000])), ("99", Speech("de", 0))])
        {
            var match = await HttpService.JsonAsync(await IdentifyAsync(service, ids, sound), 200);
            Assert.Equal("", match.GetProperty("speaker_id").GetString());
            Assert.InRange(match.GetProperty("score").GetDouble(), 0, Rejected - 1e-9);
        }
    }

    [Fact]
    public async Task Identify_TwoWhoAreAlikeNear_NamesNobody()
    {
        await using var service = await StartAsync(null, ("Speaker:Identification:MinimumMargin", "2"));
        await HttpService.JsonAsync(await RegisterAsync(service, "42", Speech("de", 0)), 200);
        await HttpService.JsonAsync(await RegisterAsync(service, "43", Speech("fr", 0)), 200);
        var match = await HttpService.JsonAsync(await IdentifyAsync(service, "42,43", Speech("de", 0)), 200);
        Assert.Equal("", match.GetProperty("speaker_id").GetString());
        Assert.InRange(match.GetProperty("score").GetDouble(), 0, Rejected - 1e-9);
    }

    [Fact]
    public async Task Register_Again_TakesThePlaceOfWhatThereWas()
    {
        await using var service = await StartAsync(null);
        await HttpService.JsonAsync(await RegisterAsync(service, "42", Speech("de", 0)), 200);
        await HttpService.JsonAsync(await RegisterAsync(service, "42", Speech("fr", 0)), 200);
        // The same once more changes nothing.
        await HttpService.JsonAsync(await RegisterAsync(service, "42", Speech("fr", 0)), 200);
        var shown = await HttpService.JsonAsync(await service.Client.GetAsync("/v1/speakers/42"), 200);
        Assert.Single(shown.GetProperty("utterances").EnumerateArray());
        var match = await HttpService.JsonAsync(await IdentifyAsync(service, "42", Speech("fr", 0)), 200);
        Assert.InRange(match.GetProperty("score").GetDouble(), Known, 1);
    }

    [Fact]
    public async Task Register_WhatCannotBe_IsRefusedWithTheReason()
    {
        await using var service = await StartAsync(null);
        Assert.Contains("speaker_id", await RefusedAsync("register", null, null, "a.wav", 422), StringComparison.Ordinal);
        Assert.Contains("speaker_ids", await RefusedAsync("identify", null, null, "a.wav", 422), StringComparison.Ordinal);
        Assert.Contains(".wav", await RefusedAsync("register", "speaker_id", "42", "a.mp3", 400), StringComparison.Ordinal);
        Assert.Contains(".wav", await RefusedAsync("identify", "speaker_ids", "42", "a.mp3", 400), StringComparison.Ordinal);
        await RefusedAsync("identify", "speaker_ids", " , ", "a.wav", 400);
        await RefusedAsync("register", "speaker_id", "../42", "a.wav", 400);
        await DetailAsync(await RegisterAsync(service, "42", HttpService.Wav(new float[48_000])), 400);
        await HttpService.JsonAsync(await RegisterAsync(service, "42", Speech("de", 0), name: "VoicePrint.WAV"), 200);
        await DetailAsync(
            await service.Client.PostAsync("/voiceprint/identify", HttpService.Body("{}"u8.ToArray(), "application/json")),
            415);

        async Task<string> RefusedAsync(string action, string? field, string? value, string file, int status)
        {
            using var form = new MultipartFormDataContent { { Speech("de", 0), "file", file } };
            if (field is not null)
            {
                form.Add(new StringContent(value!), field);
            }

            return await DetailAsync(await service.Client.PostAsync("/voiceprint/" + action, form), status);
        }
    }

    [Fact]
    public async Task Identify_SwitchedOff_IsRefused()
    {
        await using var service = await StartAsync(null, ("Identify", "false"));
        Assert.Contains(
            "switched off", await DetailAsync(await IdentifyAsync(service, "42", Speech("de", 0)), 403),
            StringComparison.Ordinal);
    }

    /// <summary>The assistants' bound is the threshold, whatever that is, and nearer is more.</summary>
    [Theory]
    [InlineData(0.25)]
    [InlineData(0.396)]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    public void Score_AtTheThreshold_IsTheBoundAndFallsWithTheDistance(double threshold)
    {
        Assert.Equal(Rejected, AssistantScore.Of(threshold, threshold), 12);
        var before = 1.0;
        for (var distance = threshold - 1; distance < threshold + 1; distance += 0.01)
        {
            var score = AssistantScore.Of(distance, threshold);
            Assert.InRange(score, 0, before - 1e-9);
            Assert.Equal(distance <= threshold, score >= Rejected);
            before = score;
        }
    }

    private Task<HttpService> StartAsync(
        IReadOnlyList<Host.Keys.ApiKey>? keys, params (string Name, string Value)[] settings) => HttpService.StartAsync(
        model.Path, null, keys,
        [
            ("VoiceAssistantFacade", "true"), ("Speaker:Identification:TargetFar", "0.05"),
            ("Speaker:Replay:Enabled", "false"), .. settings,
        ]);

    private static Task<HttpResponseMessage> RegisterAsync(
        HttpService service, string id, HttpContent sound, string? key = null, string name = "audio.wav")
    {
        var form = new MultipartFormDataContent { { new StringContent(id), "speaker_id" }, { sound, "file", name } };
        return SendAsync(service, HttpMethod.Post, "/voiceprint/register", form, key);
    }

    private static Task<HttpResponseMessage> IdentifyAsync(
        HttpService service, string ids, HttpContent sound, string? key = null)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent(ids), "speaker_ids" }, { sound, "file", "audio.wav" },
        };
        return SendAsync(service, HttpMethod.Post, "/voiceprint/identify", form, key);
    }

    private static Task<HttpResponseMessage> SendAsync(
        HttpService service, HttpMethod method, string path, HttpContent? content, string? key)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return service.Client.SendAsync(request);
    }

    private static ByteArrayContent Speech(string language, int first) => HttpService.Speech(language, first);

    /// <returns>What the refusal says.</returns>
    private static async Task<string> DetailAsync(HttpResponseMessage answer, int status)
    {
        var refusal = await HttpService.JsonAsync(answer, status);
        Assert.Equal(["detail"], Names(refusal));
        var detail = refusal.GetProperty("detail").GetString()!;
        Assert.NotEmpty(detail);
        return detail;
    }

    private static IEnumerable<string> Names(JsonElement json) =>
        json.EnumerateObject().Select(property => property.Name);
}
