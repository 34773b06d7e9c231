using System.Net.Http.Headers;
using System.Text;
using Speaker.Host.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http;

/// <summary>Every problem that the service answers with: its status and its code.</summary>
[Collection(TestModelTests.Name)]
public sealed class ProblemsTests(TestModel model)
{
    [Theory]
    [InlineData("GET", "/nowhere", null, "", 404, "notFound")]
    [InlineData("PUT", "/v1/identify", null, "", 405, "methodNotAllowed")]
    [InlineData("POST", "/v1/identify", "text/plain", "hello", 415, "unsupportedMediaType")]
    [InlineData("POST", "/v1/identify", null, "", 415, "unsupportedMediaType")]
    [InlineData("POST", "/v1/identify", "audio/wav", "", 400, "missingRecording")]
    [InlineData("POST", "/v1/identify", "audio/wav", "hello", 409, "nobodyEnrolled")]
    [InlineData("POST", "/v1/identify", "audio/pcm", "hello", 400, "missingRate")]
    [InlineData("POST", "/v1/identify", "audio/pcm;rate=1", "hello", 400, "invalidArgument")]
    [InlineData("POST", "/v1/identify?rate=16e3", "audio/pcm", "hello", 400, "invalidArgument")]
    [InlineData("POST", "/v1/identify", "multipart/form-data", "hello", 400, "invalidForm")]
    [InlineData("POST", "/v1/identify", "multipart/form-data;boundary=x", "--x\r\n\r\n", 400, "invalidForm")]
    [InlineData("POST", "/v1/identify", "multipart/form-data;boundary=x", "--x--\r\n", 400, "missingRecording")]
    [InlineData("POST", "/v1/compare", "audio/wav", "hello", 400, "invalidArgument")]
    [InlineData("POST", "/v1/speakers/anna/verify", "audio/wav", "hello", 404, "unknownSpeaker")]
    [InlineData("POST", "/v1/speakers/.anna/verify", "audio/wav", "hello", 400, "invalidName")]
    [InlineData("POST", "/v1/speakers/a%2Fb/verify", "audio/wav", "hello", 400, "invalidName")]
    [InlineData("GET", "/v1/speakers/a%ffb", null, "", 400, "invalidName")]
    [InlineData("GET", "/v1/speakers/a%252Fb", null, "", 404, "unknownSpeaker")]
    [InlineData("GET", "/v1/speakers/anna%E2%80%AE", null, "", 400, "invalidName")]
    [InlineData("POST", "/v1/speakers/anna/utterances", "audio/wav", "hello", 422, "unreadableRecording")]
    [InlineData("GET", "/v1/speakers?limit=0", null, "", 400, "invalidArgument")]
    [InlineData("GET", "/v1/speakers/anna?limit=1", null, "", 400, "invalidArgument")]
    [InlineData("GET", "/v1/live?speaker=anna&channels=2", null, "", 400, "invalidArgument")]
    [InlineData("POST", "/v1/identify?challenge=1", "audio/wav", "hello", 400, "invalidArgument")]
    [InlineData("POST", "/v1/speakers/anna/utterances?consent=form", "audio/wav", "hello", 400, "invalidArgument")]
    [InlineData("POST", "/v1/speakers/anna/utterances?webhook=http://a", "audio/wav", "hello", 400, "invalidArgument")]
    [InlineData("GET", "/v1/speakers?limit=x", null, "", 400, "invalidRequest")]
    [InlineData("GET", "/v1/speakers/anna", null, "", 404, "unknownSpeaker")]
    [InlineData("DELETE", "/v1/speakers/anna", null, "", 404, "unknownSpeaker")]
    [InlineData("DELETE", "/v1/speakers/anna/utterances/1", null, "", 404, "unknownUtterance")]
    [InlineData("GET", "/v1/export", null, "", 403, "switchedOff")]
    [InlineData("POST", "/v1/import", "application/json", "{}", 422, "invalidVoiceprints")]
    public async Task Request_ThatCannotBeAnswered_IsAProblemWithItsCode(
        string method, string path, string? type, string body, int status, string code)
    {
        await using var service = await HttpService.StartAsync(model.Path);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (type is not null)
        {
            request.Content = HttpService.Body(Encoding.ASCII.GetBytes(body), type);
        }

        var problem = await HttpService.ProblemAsync(await service.Client.SendAsync(request), status, code);
        Assert.DoesNotContain(Path.GetTempPath(), problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    /// <summary>What nobody would look at is said, with where it goes.</summary>
    [Theory]
    [InlineData("utterances?Note=cold", "", "it goes into the body, as a text of a form")]
    [InlineData("utterances", "webhook", "it is a parameter of the address, '?webhook='")]
    [InlineData("utterances", "async", "it is a parameter of the address, '?async='")]
    [InlineData("utterances", "konsent", "it takes consent, note, allowDuplicate")]
    [InlineData("utterances?asynch=true", "", "it takes async, webhook, name, rate, channels")]
    [InlineData("verify", "speaker", "it takes challenge")]
    public async Task Request_WithWhatItsOperationDoesNotTake_SaysWhatItTakes(string path, string field, string said)
    {
        await using var service = await HttpService.StartAsync(model.Path);
        var form = HttpService.Form(HttpService.Speech("de"));
        if (field.Length > 0)
        {
            form.Add(new StringContent("true"), field);
        }

        var problem = await HttpService.ProblemAsync(
            await service.Client.PostAsync($"/v1/speakers/anna/{path}", form), 400, "invalidArgument");
        Assert.Contains(said, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Verify", "/v1/speakers/anna/verify")]
    [InlineData("Verify", "/v1/compare")]
    [InlineData("Identify", "/v1/identify")]
    public async Task Operation_SwitchedOff_IsRefusedAndTheOthersAreNot(string setting, string path)
    {
        await using var service = await HttpService.StartAsync(model.Path, settings: (setting, "false"));
        await HttpService.ProblemAsync(
            await service.Client.PostAsync(path, HttpService.Speech("de")), 403, "switchedOff");
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 201);
        var other = setting == "Verify" ? "/v1/identify" : "/v1/speakers/anna/verify";
        await HttpService.JsonAsync(await service.Client.PostAsync(other, HttpService.Speech("de")), 200);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_LargerThanAllowed_IsTooLarge(bool chunked)
    {
        await using var service = await HttpService.StartAsync(model.Path, settings: ("MaximumMegabytes", "0.01"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/speakers/anna/utterances")
        {
            Content = HttpService.Speech("de"),
        };
        request.Headers.TransferEncodingChunked = chunked;
        await HttpService.ProblemAsync(await service.Client.SendAsync(request), 413, "tooLarge");
        await HttpService.ProblemAsync(
            await service.EnrolAsync("anna", HttpService.Speech("de")), 413, "tooLarge");
    }

    [Fact]
    public async Task Recording_LongerThanAllowed_IsTooLongAndNothingIsEnrolled()
    {
        await using var service = await HttpService.StartAsync(model.Path, settings: ("MaximumSeconds", "2"));
        var two = Sounds.Speech("de", 0, 12)[..32_000];
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Wav(two)), 201);
        float[] more = [.. two, 0];
        await HttpService.ProblemAsync(await service.EnrolAsync("boris", HttpService.Wav(more)), 413, "tooLong");
        await HttpService.ProblemAsync(await service.VerifyAsync("anna", HttpService.Wav(more)), 413, "tooLong");
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/speakers/boris"), 404, "unknownSpeaker");
    }

    [Fact]
    public async Task Recordings_MoreThanAllowed_AreTooMany()
    {
        await using var service = await HttpService.StartAsync(model.Path, settings: ("MaximumRecordings", "1"));
        await HttpService.ProblemAsync(
            await service.EnrolAsync("anna", HttpService.Speech("de"), HttpService.Speech("de", 4)),
            413, "tooManyRecordings");
    }

    [Fact]
    public async Task Enrolment_OfNothingUsable_HasTheReasonAsCode()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        var problem = await HttpService.ProblemAsync(
            await service.EnrolAsync("anna", HttpService.Wav(new float[48_000])), 422, "silent");
        Assert.Contains("0.wav", problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/speakers/anna"), 404, "unknownSpeaker");
    }

    [Fact]
    public async Task Form_ThatEndsInTheMiddle_IsRefusedAndLeavesNoFile()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        var head = "--x\r\nContent-Disposition: form-data; name=file; filename=a.wav\r\n\r\nRIFF";
        await HttpService.ProblemAsync(
            await service.Client.PostAsync(
                "/v1/speakers/anna/utterances",
                HttpService.Body(Encoding.ASCII.GetBytes(head), "multipart/form-data;boundary=x")),
            400, "incompleteBody");
    }

    [Fact]
    public async Task Page_OfAnotherSite_IsKeptOut()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/v1/speakers");
        foreign.Headers.Add("Origin", "http://pages.example");
        await HttpService.ProblemAsync(await service.Client.SendAsync(foreign), 403, "foreignOrigin");
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/v1/speakers");
        rebound.Headers.Host = "pages.example";
        await HttpService.ProblemAsync(await service.Client.SendAsync(rebound), 403, "foreignHost");
        using var own = new HttpRequestMessage(HttpMethod.Get, "/v1/speakers");
        own.Headers.Add("Origin", service.Client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        await HttpService.JsonAsync(await service.Client.SendAsync(own), 200);
    }

    [Fact]
    public async Task Store_ThatIsDamaged_IsNotReadyAndSaidWithItsCode()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await HttpService.JsonAsync(await service.Client.GetAsync("/health/ready"), 200);
        Directory.CreateDirectory(Path.GetDirectoryName(service.Store)!);
        File.WriteAllText(service.Store, new string('x', 5000));
        await HttpService.ProblemAsync(await service.Client.GetAsync("/health/ready"), 503, "notReady");
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/speakers"), 503, "storeFailed");
        var live = await HttpService.JsonAsync(await service.Client.GetAsync("/health/live"), 200);
        Assert.Equal("live", live.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Store_HeldByAnotherProcess_IsInUse()
    {
        await using var service = await HttpService.StartAsync(
            model.Path, settings: ("Speaker:Store:BusyTimeoutSeconds", "0.1"));
        Directory.CreateDirectory(Path.GetDirectoryName(service.Store)!);
        using var holder = HelperProcess.Start("hold", service.Store, "carla", 1);
        Assert.Equal(HelperProcess.Holding, holder.StandardOutput.ReadLine());
        var answer = await service.EnrolAsync("anna", HttpService.Speech("de"));
        Assert.NotNull(answer.Headers.RetryAfter);
        await HttpService.ProblemAsync(answer, 503, "storeInUse");
        holder.Kill();
        holder.WaitForExit();
    }

    [Theory]
    [InlineData(StoreProblem.OtherModel, 503, "storeOfOtherModel")]
    [InlineData(StoreProblem.Full, 507, "storageFull")]
    [InlineData(StoreProblem.Damaged, 503, "storeFailed")]
    public void StoreException_EachKind_HasItsCode(StoreProblem kind, int status, string code)
    {
        var problem = Problems.Of(new StoreException(kind, "what to do"));
        Assert.Equal((status, code, "what to do"), (problem!.Status, problem.Code, problem.Message));
    }

    [Fact]
    public void Exception_ThatNobodyExpects_IsNoProblemOfTheCallers() =>
        Assert.Null(Problems.Of(new InvalidOperationException("x")));
}
