using System.Text.Json;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Telephone;

/// <summary>What tests of the telephone ask a service.</summary>
internal static class TelephoneService
{
    private const string Calls = "/v1/telephone/calls";

    /// <summary>A service with the telephone on, where anna is enrolled.</summary>
    public static async Task<HttpService> StartAsync(TestModel model, params (string Name, string Value)[] settings)
    {
        var service = await HttpService.StartAsync(model.Path, settings:
        [
            ("Speaker:Telephone:MediaStreams", "true"), ("Speaker:Telephone:AudioSocket", "127.0.0.1:0"),
            ("Speaker:Replay:Enabled", "false"), .. settings,
        ]);
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 201);
        return service;
    }

    /// <summary>The call of an id, once it is decided.</summary>
    public static async Task<JsonElement> DecidedAsync(HttpService service, string call)
    {
        var known = default(JsonElement);
        await RunningService.WaitAsync(
            async () =>
            {
                var answer = await service.Client.GetAsync($"{Calls}/{call}");
                if ((int)answer.StatusCode == 404)
                {
                    return false;
                }

                known = await HttpService.JsonAsync(answer, 200);
                return known.GetProperty("state").GetString() == "decided";
            },
            () => $"the decision of {call}: {known}");
        return known;
    }

    /// <summary>Announces a call of anna.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> AnnounceAsync(HttpService service, string speaker = "anna")
    {
        var answer = await HttpService.JsonAsync(
            await service.Client.PostAsync(
                Calls, new FormUrlEncodedContent([KeyValuePair.Create("speaker", speaker)])), 201);
        Assert.Equal("announced", answer.GetProperty("state").GetString());
        return answer.GetProperty("call").GetString()!;
    }

    /// <summary>What the same samples get as a file.</summary>
    public static async Task<JsonElement> FileAnswerAsync(HttpService service, CallSound sound) =>
        await HttpService.JsonAsync(
            await service.VerifyAsync("anna", HttpService.Body(sound.Pcm, $"audio/pcm;rate={sound.Rate}")), 200);

    /// <summary>Holds a call against the answer of the file: the same decision from the same distance.</summary>
    public static void AssertSame(JsonElement file, JsonElement call)
    {
        var verification = call.GetProperty("verification");
        Assert.Equal(file.GetProperty("decision").GetString(), call.GetProperty("decision").GetString());
        Assert.Equal(
            file.GetProperty("distance").GetDouble(), verification.GetProperty("distance").GetDouble(), 1e-6);
        Assert.Equal(
            file.GetProperty("speechSeconds").GetDouble(), verification.GetProperty("speechSeconds").GetDouble());
        Assert.Equal(file.GetProperty("code").GetString(), call.GetProperty("code").GetString());
    }
}
