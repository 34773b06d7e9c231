using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Speaker.Host.Http.Facades.Azure;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http.Facades;

/// <summary>The rows of the contract of Azure Speaker Recognition v2.0, over HTTP and with real recordings.</summary>
[Collection(TestModelTests.Name)]
public sealed partial class AzureFacadeTests(TestModel model)
{
    private const string Verification = "/speaker/verification/v2.0/text-independent/profiles";
    private const string Identification = "/speaker/identification/v2.0/text-independent/profiles";
    private const string Nobody = "00000000-0000-0000-0000-000000000001";
    private const string KeyHeader = "Ocp-Apim-Subscription-Key";

    /// <summary>Clips of a volunteer that together have more than 20 s of speech.</summary>
    private const int Many = 50;

    [Theory]
    [InlineData(Verification)]
    [InlineData(Identification)]
    public async Task Profile_FromCreationToDeletion_HasTheFieldsOfTheProduct(string profiles)
    {
        await using var service = await StartAsync();
        var made = await service.Client.PostAsync(profiles, Locale("en-us"));
        var created = await HttpService.JsonAsync(made, 201);
        Assert.Equal(
            ["profileId", "locale", "enrollmentStatus", "createdDateTime", "lastUpdatedDateTime", "enrollmentsCount",
                "enrollmentsLength", "enrollmentsSpeechLength", "remainingEnrollmentsSpeechLength", "modelVersion"],
            Names(created));
        var id = created.GetProperty("profileId").GetString()!;
        Assert.True(Guid.TryParseExact(id, "D", out _), id);
        Assert.Equal($"{service.Client.BaseAddress!.OriginalString.TrimEnd('/')}{profiles}/{id}",
            made.Headers.Location?.OriginalString);
        Assert.Equal("en-us", created.GetProperty("locale").GetString());
        Assert.Equal("Enrolling", created.GetProperty("enrollmentStatus").GetString());
        Assert.Equal(20, created.GetProperty("remainingEnrollmentsSpeechLength").GetDouble());
        Assert.Equal(JsonValueKind.Null, created.GetProperty("modelVersion").ValueKind);
        Assert.Equal(JsonValueKind.Null, created.GetProperty("lastUpdatedDateTime").ValueKind);
        Assert.Matches(TimePattern(), created.GetProperty("createdDateTime").GetString());

        var first = await HttpService.JsonAsync(await EnrolAsync(service, profiles, id, Speech("de", 0, 4)), 201);
        Assert.Equal(
            ["profileId", "enrollmentStatus", "enrollmentsCount", "enrollmentsLength", "enrollmentsSpeechLength",
                "remainingEnrollmentsSpeechLength", "audioLength", "audioSpeechLength"],
            Names(first));
        Assert.Equal("Enrolling", first.GetProperty("enrollmentStatus").GetString());
        Assert.Equal(1, first.GetProperty("enrollmentsCount").GetInt32());
        var audio = Math.Round(Sounds.Speech("de", 0, 4).Length / (double)Sounds.SampleRate, 2);
        Assert.Equal(audio, first.GetProperty("audioLength").GetDouble());
        var speech = first.GetProperty("audioSpeechLength").GetDouble();
        Assert.InRange(speech, 0.3, audio);
        Assert.Equal(20 - speech, first.GetProperty("remainingEnrollmentsSpeechLength").GetDouble(), 1);

        var second = await HttpService.JsonAsync(await EnrolAsync(service, profiles, id, Speech("de", 4, Many)), 201);
        Assert.Equal("Enrolled", second.GetProperty("enrollmentStatus").GetString());
        Assert.Equal(2, second.GetProperty("enrollmentsCount").GetInt32());
        Assert.Equal(0, second.GetProperty("remainingEnrollmentsSpeechLength").GetDouble());

        var shown = await HttpService.JsonAsync(await service.Client.GetAsync($"{profiles}/{id}"), 200);
        Assert.Equal(Names(created), Names(shown));
        Assert.Equal("Enrolled", shown.GetProperty("enrollmentStatus").GetString());
        Assert.Equal(
            second.GetProperty("enrollmentsLength").GetDouble(), shown.GetProperty("enrollmentsLength").GetDouble());
        Assert.Matches(@"^\d{4}-\d{2}-\d{2}$", shown.GetProperty("modelVersion").GetString());
        Assert.Matches(TimePattern(), shown.GetProperty("lastUpdatedDateTime").GetString());

        // What is kept of a profile lasts: another service on the same store knows it.
        await using (var other = await StartAsync(("Speaker:Store:Path", service.Store)))
        {
            Assert.Equal(
                shown.GetRawText(),
                (await HttpService.JsonAsync(await other.Client.GetAsync($"{profiles}/{id}"), 200)).GetRawText());
        }

        Assert.Equal(204, (int)(await service.Client.PostAsync($"{profiles}/{id}/reset", null)).StatusCode);
        var reset = await HttpService.JsonAsync(await service.Client.GetAsync($"{profiles}/{id}"), 200);
        Assert.Equal("Enrolling", reset.GetProperty("enrollmentStatus").GetString());
        Assert.Equal(0, reset.GetProperty("enrollmentsCount").GetInt32());
        Assert.Equal(0, reset.GetProperty("enrollmentsLength").GetDouble());
        Assert.Equal(20, reset.GetProperty("remainingEnrollmentsSpeechLength").GetDouble());
        await HttpService.ProblemAsync(await service.Client.GetAsync($"/v1/speakers/{id}"), 404, "unknownSpeaker");

        var deleted = await service.Client.DeleteAsync($"{profiles}/{id}");
        Assert.Equal((204, ""), ((int)deleted.StatusCode, await deleted.Content.ReadAsStringAsync()));
        await ErrorAsync(await service.Client.GetAsync($"{profiles}/{id}"), 404, "NotFound");
        // As the product has it.
        Assert.Equal(204, (int)(await service.Client.DeleteAsync($"{profiles}/{id}")).StatusCode);
    }

    [Fact]
    public async Task Verify_EnrolledAndOther_AnswersResultAndScore()
    {
        await using var service = await StartAsync();
        var id = await EnrolledAsync(service, Verification, "de");
        // The profile is a speaker like others, called by its id.
        var speaker = await HttpService.JsonAsync(await service.Client.GetAsync($"/v1/speakers/{id}"), 200);
        Assert.Equal(id, speaker.GetProperty("speaker").GetString());
        var accepted = await HttpService.JsonAsync(await VerifyAsync(service, id, Speech("de", 8, 12)), 200);
        Assert.Equal(["recognitionResult", "score"], Names(accepted));
        Assert.Equal("accept", accepted.GetProperty("recognitionResult").GetString());
        Assert.InRange(accepted.GetProperty("score").GetDouble(), 0.5, 1);

        await using var strict = await StartAsync(
            ("Speaker:Store:Path", service.Store), ("Speaker:Verification:Threshold", "0.0000001"));
        var rejected = await HttpService.JsonAsync(await VerifyAsync(strict, id, Speech("fr", 0, 12)), 200);
        Assert.Equal("reject", rejected.GetProperty("recognitionResult").GetString());
        Assert.InRange(rejected.GetProperty("score").GetDouble(), 0, 0.5);
    }

    [Fact]
    public async Task Identify_AmongCandidates_AnswersProfileAndRanking()
    {
        await using var service = await StartAsync(("Speaker:Identification:MinimumMargin", "0"));
        var (anna, boris) = (
            await EnrolledAsync(service, Identification, "de"), await EnrolledAsync(service, Identification, "fr"));
        var other = await EnrolledAsync(service, Identification, "ru");
        var found = await HttpService.JsonAsync(
            await IdentifyAsync(service, $"{anna},{boris}", Speech("de", 4, Many)), 200);
        Assert.Equal(["identifiedProfile", "profilesRanking"], Names(found));
        Assert.Equal(["profileId", "score"], Names(found.GetProperty("identifiedProfile")));
        // The very recording that was enrolled.
        Assert.Equal(anna, found.GetProperty("identifiedProfile").GetProperty("profileId").GetString());
        var ranking = found.GetProperty("profilesRanking").EnumerateArray().ToArray();
        Assert.Equal([anna, boris], ranking.Select(each => each.GetProperty("profileId").GetString()));
        Assert.True(ranking[0].GetProperty("score").GetDouble() > ranking[1].GetProperty("score").GetDouble());
        Assert.DoesNotContain(other, found.GetRawText(), StringComparison.Ordinal);

        await using var strict = await StartAsync(
            ("Speaker:Store:Path", service.Store), ("Speaker:Identification:Threshold", "0.0000001"));
        var nobody = await HttpService.JsonAsync(await IdentifyAsync(strict, $"{boris}", Speech("de", 8, 12)), 200);
        Assert.Equal(
            (Guid.Empty.ToString(), 0.0),
            (nobody.GetProperty("identifiedProfile").GetProperty("profileId").GetString(),
                nobody.GetProperty("identifiedProfile").GetProperty("score").GetDouble()));
    }

    [Fact]
    public async Task Identify_WrongCandidates_AreErrors()
    {
        await using var service = await StartAsync();
        await ErrorAsync(await IdentifyAsync(service, "", Speech("de", 0, 12)), 400, "InvalidArgument");
        await ErrorAsync(
            await IdentifyAsync(
                service, string.Join(',', Enumerable.Range(0, 51).Select(_ => Guid.NewGuid())), Speech("de", 0, 12)),
            400, "InvalidArgument");
        await ErrorAsync(await IdentifyAsync(service, Nobody, Speech("de", 0, 12)), 404, "NotFound");
        // Kinds are apart: a profile of verification is none of identification.
        await ErrorAsync(
            await IdentifyAsync(service, await EnrolledAsync(service, Verification, "de"), Speech("de", 0, 12)), 404,
            "NotFound");
        var id = await CreateAsync(service, Identification);
        Assert.Equal(
            "Profile is not enrolled.",
            await ErrorAsync(await IdentifyAsync(service, id, Speech("de", 0, 12)), 400, "InvalidRequest"));
    }

    [Fact]
    public async Task Creation_OfWrongBodies_IsRefusedAsTheProductDoes()
    {
        await using var service = await StartAsync();
        Assert.Equal("Request body is missing.", await RefusedAsync("", 400, "InvalidRequest"));
        Assert.Equal("Invalid JSON format.", await RefusedAsync("{", 400, "InvalidRequest"));
        Assert.Equal("Locale parameter is missing.", await RefusedAsync("{}", 400, "InvalidRequest"));
        Assert.StartsWith(
            "Invalid locale value.", await RefusedAsync("""{"locale":"english"}""", 400, "InvalidArgument"),
            StringComparison.Ordinal);
        await ErrorAsync(
            await service.Client.PostAsync(Verification, HttpService.Body("x"u8.ToArray(), "text/plain")), 415,
            "UnsupportedMediaType");

        async Task<string> RefusedAsync(string body, int status, string code) => await ErrorAsync(
            await service.Client.PostAsync(Verification, new StringContent(body, Encoding.UTF8, "application/json")),
            status, code);
    }

    [Fact]
    public async Task List_OfManyProfiles_IsPagedById()
    {
        await using var service = await StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await CreateAsync(service, Verification));
        }

        await CreateAsync(service, Identification);
        ids.Sort(StringComparer.Ordinal);
        var seen = new List<string>();
        var next = Verification + "?$top=2";
        for (var pages = 1; next.Length > 0; pages++)
        {
            var page = await HttpService.JsonAsync(await service.Client.GetAsync(next), 200);
            Assert.Equal(["profiles", "@nextLink"], Names(page));
            seen.AddRange(page.GetProperty("profiles").EnumerateArray().Select(
                each => each.GetProperty("profileId").GetString()!));
            next = page.GetProperty("@nextLink").GetString()!;
            Assert.InRange(pages, 1, 3);
        }

        Assert.Equal(ids, seen);
        foreach (var query in (string[])
            ["$top=0", "$top=501", "$top=x", "$continuationToken=x", "$filter=a", "$skip=1", "$orderBy=a", "$delta=a"])
        {
            await ErrorAsync(await service.Client.GetAsync($"{Verification}?{query}"), 400, "InvalidArgument");
        }
    }

    [Fact]
    public async Task Audio_OutsideTheLimits_IsRefusedAsTheProductDoes()
    {
        await using var service = await StartAsync();
        var id = await CreateAsync(service, Verification);
        var format = "Invalid audio format. Supported format is 16Khz 16bit Mono PCM.";
        Assert.Equal(format, await RefusedAsync(Raw(Sounds.Speech("de", 0, 4), 8000, 1)));
        Assert.Equal(format, await RefusedAsync(Raw(Sounds.Speech("de", 0, 4), 16000, 2)));
        Assert.Equal(format, await RefusedAsync(HttpService.Body("no sound"u8.ToArray(), "audio/wav")));
        Assert.Equal(format, await RefusedAsync(HttpService.Body([], "audio/wav")));
        Assert.Equal(
            "Invalid audio length. Minimum allowed length is 1 second(s).",
            await RefusedAsync(HttpService.Wav(new float[15_900])));
        Assert.Equal(
            "Invalid audio length. Maximum allowed length is 120 second(s).",
            await RefusedAsync(HttpService.Wav(new float[(120 * 16_000) + 160])));
        Assert.Contains("5 MB", await RefusedAsync(HttpService.Wav(new float[3_000_000])), StringComparison.Ordinal);
        // There is no word for a recording that cannot be decided on, but the reason.
        Assert.StartsWith(
            "The audio cannot be enrolled: ", await RefusedAsync(HttpService.Wav(new float[48_000])),
            StringComparison.Ordinal);
        await ErrorAsync(
            await EnrolAsync(service, Verification, id, HttpService.Body([1, 2], "audio/ogg")), 415,
            "UnsupportedMediaType");
        await ErrorAsync(
            await service.Client.PostAsync(
                $"{Verification}/{id}/enrollments?ignoreMinLength=perhaps", Speech("de", 0, 4)),
            400, "InvalidArgument");
        await ErrorAsync(await EnrolAsync(service, Verification, Nobody, Speech("de", 0, 4)), 404, "NotFound");
        await ErrorAsync(await EnrolAsync(service, Verification, "no-guid", Speech("de", 0, 4)), 404, "NotFound");
        var profile = await HttpService.JsonAsync(await service.Client.GetAsync($"{Verification}/{id}"), 200);
        Assert.Equal(0, profile.GetProperty("enrollmentsCount").GetInt32());

        async Task<string> RefusedAsync(HttpContent audio) =>
            await ErrorAsync(await EnrolAsync(service, Verification, id, audio), 400, "InvalidRequest");
    }

    /// <summary>As clients send it: in pieces, without a length in the header, and with or without its type in full.</summary>
    [Theory]
    [InlineData("audio/wav; codecs=audio/pcm; samplerate=16000")]
    [InlineData("audio/wav")]
    [InlineData(null)]
    public async Task Audio_StreamedWithoutALength_IsHeard(string? type)
    {
        await using var service = await StartAsync();
        var id = await CreateAsync(service, Verification);
        var bytes = await Speech("de", 0, 4).ReadAsByteArrayAsync();
        BitConverter.TryWriteBytes(bytes.AsSpan(4), 0);
        BitConverter.TryWriteBytes(bytes.AsSpan(40), 0);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Verification}/{id}/enrollments")
        {
            Content = new ByteArrayContent(bytes),
        };
        if (type is not null)
        {
            // Not as HTTP has it: the second slash wants quotes.
            Assert.True(request.Content.Headers.TryAddWithoutValidation("Content-Type", type));
        }

        request.Headers.TransferEncodingChunked = true;
        var answer = await HttpService.JsonAsync(await service.Client.SendAsync(request), 201);
        Assert.Equal(
            Math.Round(Sounds.Speech("de", 0, 4).Length / 16_000.0, 2), answer.GetProperty("audioLength").GetDouble());
    }

    [Fact]
    public async Task Verify_TooLittleSpeechOrNone_IsRefusedUnlessTheCallerInsists()
    {
        await using var service = await StartAsync(("RejectionsBeforeLockOut", "1"));
        var id = await CreateAsync(service, Verification);
        Assert.Equal(
            "Profile is not enrolled.",
            await ErrorAsync(await VerifyAsync(service, id, Speech("de", 0, 12)), 400, "InvalidRequest"));
        // A voice print at once, however little speech there is.
        var enrolled = await HttpService.JsonAsync(
            await service.Client.PostAsync($"{Verification}/{id}/enrollments?ignoreMinLength=True", Speech("de", 0, 4)),
            201);
        Assert.Equal("Enrolled", enrolled.GetProperty("enrollmentStatus").GetString());
        Assert.Equal(
            "Invalid audio length. Minimum allowed length is 4 second(s).",
            await ErrorAsync(await VerifyAsync(service, id, Speech("de", 4, 2)), 400, "InvalidRequest"));
        await HttpService.JsonAsync(
            await service.Client.PostAsync($"{Verification}/{id}/verify?ignoreMinLength=true", Speech("de", 4, 2)), 200);
        Assert.StartsWith(
            "The audio cannot be decided on: ",
            await ErrorAsync(
                await service.Client.PostAsync(
                    $"{Verification}/{id}/verify?ignoreMinLength=true", HttpService.Wav(new float[48_000])),
                400, "InvalidRequest"),
            StringComparison.Ordinal);
        await ErrorAsync(await VerifyAsync(service, Nobody, Speech("de", 0, 12)), 404, "NotFound");
        await HttpService.JsonAsync(await service.Client.DeleteAsync($"/v1/speakers/{id}"), 200);
        Assert.Equal(
            "Profile is not enrolled.",
            await ErrorAsync(await VerifyAsync(service, id, Speech("de", 0, 12)), 400, "InvalidRequest"));
    }

    [Theory]
    [InlineData(Verification)]
    [InlineData(Identification)]
    public async Task Profile_WhoseSpeakerWasRemovedElsewhere_SaysThatItHasNothingAndBeginsAnew(string profiles)
    {
        await using var service = await StartAsync();
        var kept = await EnrolledAsync(service, profiles, "fr");
        var id = await EnrolledAsync(service, profiles, "de");
        await HttpService.JsonAsync(await service.Client.DeleteAsync($"/v1/speakers/{id}"), 200);

        var listed = (await HttpService.JsonAsync(await service.Client.GetAsync(profiles), 200)).GetProperty("profiles")
            .EnumerateArray().ToDictionary(each => each.GetProperty("profileId").GetString()!);
        Assert.Equal("Enrolled", listed[kept].GetProperty("enrollmentStatus").GetString());
        foreach (var profile in (JsonElement[])
            [await HttpService.JsonAsync(await service.Client.GetAsync($"{profiles}/{id}"), 200), listed[id]])
        {
            Assert.Equal("Enrolling", profile.GetProperty("enrollmentStatus").GetString());
            Assert.Equal(0, profile.GetProperty("enrollmentsCount").GetInt32());
            Assert.Equal(0, profile.GetProperty("enrollmentsLength").GetDouble());
            Assert.Equal(0, profile.GetProperty("enrollmentsSpeechLength").GetDouble());
            Assert.Equal(20, profile.GetProperty("remainingEnrollmentsSpeechLength").GetDouble());
        }

        if (profiles == Identification)
        {
            // Not passed over among others that are enrolled.
            Assert.Equal(
                "Profile is not enrolled.",
                await ErrorAsync(
                    await IdentifyAsync(service, $"{kept},{id}", Speech("de", 0, 12)), 400, "InvalidRequest"));
        }

        var anew = await HttpService.JsonAsync(await EnrolAsync(service, profiles, id, Speech("de", 0, 4)), 201);
        Assert.Equal("Enrolling", anew.GetProperty("enrollmentStatus").GetString());
        Assert.Equal(1, anew.GetProperty("enrollmentsCount").GetInt32());
        Assert.Equal(
            anew.GetProperty("audioLength").GetDouble(), anew.GetProperty("enrollmentsLength").GetDouble());
    }

    [Fact]
    public async Task Profile_OfWhichAnUtteranceWasRemovedElsewhere_CountsWhatIsLeft()
    {
        await using var service = await StartAsync();
        var id = await EnrolledAsync(service, Verification, "de");
        var more = await HttpService.JsonAsync(await EnrolAsync(service, Verification, id, Speech("de", 0, 4)), 201);
        Assert.Equal(2, more.GetProperty("enrollmentsCount").GetInt32());
        var shown = await HttpService.JsonAsync(await service.Client.GetAsync($"/v1/speakers/{id}"), 200);
        var first = shown.GetProperty("utterances")[0].GetProperty("id").GetInt64();
        await HttpService.JsonAsync(await service.Client.DeleteAsync($"/v1/speakers/{id}/utterances/{first}"), 200);
        var profile = await HttpService.JsonAsync(await service.Client.GetAsync($"{Verification}/{id}"), 200);
        Assert.Equal(1, profile.GetProperty("enrollmentsCount").GetInt32());
        Assert.Equal(
            more.GetProperty("audioSpeechLength").GetDouble(),
            profile.GetProperty("enrollmentsSpeechLength").GetDouble(), 0.02);
    }

    /// <summary>Who names one candidate claims that one: voices cannot be tried without end.</summary>
    [Fact]
    public async Task Identify_AmongOneCandidate_CountsAsAClaimOfIt()
    {
        await using var service = await StartAsync(
            ("RejectionsBeforeLockOut", "2"), ("Speaker:Identification:Threshold", "0.0000001"));
        var (anna, boris) = (
            await EnrolledAsync(service, Identification, "de"), await EnrolledAsync(service, Identification, "fr"));
        // Nobody gets to know this one.
        await ErrorAsync(await IdentifyAsync(service, anna, Speech("ru", 0, 2)), 400, "InvalidRequest");
        for (var i = 0; i < 2; i++)
        {
            await HttpService.JsonAsync(await IdentifyAsync(service, $"{anna},{anna}", Speech("ru", 0, 12)), 200);
        }

        var locked = await IdentifyAsync(service, anna, Speech("ru", 0, 12));
        Assert.NotNull(locked.Headers.RetryAfter);
        await ErrorAsync(locked, 429, "RateLimit");
        await HttpService.ProblemAsync(await service.VerifyAsync(anna, Speech("de", 0, 4)), 429, "lockedOut");
        await HttpService.JsonAsync(await IdentifyAsync(service, boris, Speech("ru", 0, 12)), 200);
        await HttpService.JsonAsync(await IdentifyAsync(service, $"{anna},{boris}", Speech("ru", 0, 12)), 200);
    }

    [Fact]
    public async Task Enrolments_BeyondThreeHundredSeconds_AreForbidden()
    {
        await using var service = await StartAsync();
        var id = await CreateAsync(service, Verification);
        for (var i = 0; i < 3; i++)
        {
            // 90 s each, of speech and silence, and begun by other clips.
            var sound = new float[90 * 16_000];
            Sounds.Speech("de", 12 * i, 12).CopyTo(sound, 0);
            await HttpService.JsonAsync(await EnrolAsync(service, Verification, id, HttpService.Wav(sound)), 201);
        }

        Assert.Equal(
            "Maximum allowed length across all profile enrollments is 300 seconds.",
            await ErrorAsync(
                await EnrolAsync(service, Verification, id, HttpService.Wav(new float[31 * 16_000])), 403,
                "InvalidRequest"));
        var profile = await HttpService.JsonAsync(await service.Client.GetAsync($"{Verification}/{id}"), 200);
        Assert.Equal(270, profile.GetProperty("enrollmentsLength").GetDouble());
    }

    [Fact]
    public async Task Enrolment_OfTheSameRecordingAgain_CountsOnce()
    {
        await using var service = await StartAsync();
        var id = await CreateAsync(service, Verification);
        for (var i = 0; i < 2; i++)
        {
            var answer = await HttpService.JsonAsync(
                await EnrolAsync(service, Verification, id, Speech("de", 0, 4)), 201);
            Assert.Equal(1, answer.GetProperty("enrollmentsCount").GetInt32());
        }
    }

    [Fact]
    public async Task Enrolment_BesideAnotherOfTheSameProfile_IsAConflict()
    {
        await using var service = await StartAsync();
        var id = await CreateAsync(service, Verification);
        using var end = new CancellationTokenSource();
        using var body = new StallingContent();
        Task<HttpResponseMessage> Stall() =>
            service.Client.PostAsync($"{Verification}/{id}/enrollments", body, end.Token);

        var slow = Stall();
        var patience = DateTime.UtcNow + TimeSpan.FromSeconds(60);
        HttpResponseMessage answer;
        do
        {
            Assert.True(DateTime.UtcNow < patience, "the first request did not begin");
            if (slow.IsCompleted)
            {
                // One of those below was there before it, and it is the one in conflict.
                await ErrorAsync(await slow, 409, "Conflict");
                slow = Stall();
            }

            answer = await EnrolAsync(service, Verification, id, HttpService.Body([], "audio/wav"));
        }
        while ((int)answer.StatusCode != 409);

        Assert.Equal(
            "Sending concurrent requests on same profile is not allowed.", await ErrorAsync(answer, 409, "Conflict"));
        await ErrorAsync(await service.Client.PostAsync($"{Verification}/{id}/reset", null), 409, "Conflict");
        await HttpService.JsonAsync(
            await EnrolAsync(service, Verification, await CreateAsync(service, Verification), Speech("de", 0, 4)), 201);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
    }

    [Fact]
    public async Task Keys_InTheProductsHeader_OpenTheirOwnTenant()
    {
        var (kept, key) = HttpService.KeyOf("enrol", "verify", "admin");
        var (keptOther, other) = HttpService.KeyOf("enrol", "verify", "admin");
        var (keptWeak, weak) = HttpService.KeyOf("verify");
        await using var service = await HttpService.StartAsync(
            model.Path, null, [kept with { Tenant = "acme" }, keptOther, keptWeak], [("AzureFacade", "true")]);
        await ErrorAsync(await service.Client.PostAsync(Verification, Locale("en-US")), 401, "Unauthorized");
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        await ErrorAsync(await service.Client.PostAsync(Verification, Locale("en-US")), 401, "Unauthorized");
        As("spk_0123456789ab_nonsense");
        await ErrorAsync(await service.Client.PostAsync(Verification, Locale("en-US")), 401, "Unauthorized");
        As(weak);
        await ErrorAsync(await service.Client.PostAsync(Verification, Locale("en-US")), 403, "Forbidden");

        As(key);
        var id = await CreateAsync(service, Verification);
        await HttpService.JsonAsync(await EnrolAsync(service, Verification, id, Speech("de", 0, 4)), 201);
        As(other);
        await ErrorAsync(await service.Client.GetAsync($"{Verification}/{id}"), 404, "NotFound");
        await ErrorAsync(await EnrolAsync(service, Verification, id, Speech("de", 0, 4)), 404, "NotFound");
        await ErrorAsync(await VerifyAsync(service, id, Speech("de", 0, 12)), 404, "NotFound");
        await ErrorAsync(await service.Client.PostAsync($"{Verification}/{id}/reset", null), 404, "NotFound");
        Assert.Equal(204, (int)(await service.Client.DeleteAsync($"{Verification}/{id}")).StatusCode);
        var list = await HttpService.JsonAsync(await service.Client.GetAsync(Verification), 200);
        Assert.Empty(list.GetProperty("profiles").EnumerateArray());
        As(key);
        var profile = await HttpService.JsonAsync(await service.Client.GetAsync($"{Verification}/{id}"), 200);
        Assert.Equal(1, profile.GetProperty("enrollmentsCount").GetInt32());

        void As(string presented)
        {
            service.Client.DefaultRequestHeaders.Remove(KeyHeader);
            service.Client.DefaultRequestHeaders.Add(KeyHeader, presented);
        }
    }

    [Fact]
    public async Task TooManyRequests_AndSwitchedOff_HaveTheProductsShape()
    {
        await using var service = await StartAsync(("RequestsPerMinute", "1"), ("Verify", "false"));
        Assert.Contains(
            "switched off", await ErrorAsync(await VerifyAsync(service, Nobody, Speech("de", 0, 4)), 403, "Forbidden"),
            StringComparison.Ordinal);
        var refused = await service.Client.GetAsync(Verification);
        Assert.NotNull(refused.Headers.RetryAfter);
        await ErrorAsync(refused, 429, "RateLimit");
    }

    [Fact]
    public async Task TextDependent_IsAnsweredAsInALanguageThatTheProductHasNoPhrasesIn()
    {
        const string Root = "/speaker/verification/v2.0/text-dependent";
        await using var service = await StartAsync();
        await ErrorAsync(await service.Client.GetAsync(Root + "/phrases/en-US"), 400, "InvalidArgument");
        await ErrorAsync(await service.Client.PostAsync(Root + "/profiles", Locale("en-US")), 400, "InvalidArgument");
        var list = await HttpService.JsonAsync(await service.Client.GetAsync(Root + "/profiles"), 200);
        Assert.Equal("""{"profiles":[],"@nextLink":""}""", list.GetRawText());
        await ErrorAsync(await service.Client.GetAsync($"{Root}/profiles/{Nobody}"), 404, "NotFound");
        foreach (var action in (string[])["reset", "enrollments", "verify"])
        {
            await ErrorAsync(
                await service.Client.PostAsync($"{Root}/profiles/{Nobody}/{action}", Speech("de", 0, 4)), 404,
                "NotFound");
        }

        Assert.Equal(204, (int)(await service.Client.DeleteAsync($"{Root}/profiles/{Nobody}")).StatusCode);
    }

    [Fact]
    public async Task Facade_NotSwitchedOn_IsNotThere()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await HttpService.ProblemAsync(await service.Client.PostAsync(Verification, Locale("en-US")), 404, "notFound");
        await HttpService.ProblemAsync(await service.Client.GetAsync("/voiceprint/health?key=x"), 404, "notFound");
    }

    [Fact]
    public void Score_OfACalibratedTrial_IsTheProbabilityAtEvenOdds()
    {
        Assert.Equal(0.5, AzureScore.Of(Trial(0.3, 0)), 12);
        Assert.Equal(0.9, AzureScore.Of(Trial(0.3, Math.Log(9))), 12);
        Assert.Equal(0.1, AzureScore.Of(Trial(0.3, -Math.Log(9))), 12);
        // Without a calibration: through one half at the threshold, and falling in the distance.
        Assert.Equal(0.5, AzureScore.Of(Trial(0.4, null)), 12);
        Assert.True(AzureScore.Of(Trial(0.39, null)) > 0.5 && AzureScore.Of(Trial(0.41, null)) < 0.5);

        static Decision Trial(double distance, double? ratio) => new()
        {
            Outcome = Outcome.Accepted, Reason = Reason.WithinThreshold, Message = "", Threshold = 0.4, ModelHash = "",
            Distance = distance, LogLikelihoodRatio = ratio,
        };
    }

    private Task<HttpService> StartAsync(params (string Name, string Value)[] settings) => HttpService.StartAsync(
        model.Path, null, null,
        [
            ("AzureFacade", "true"), ("Speaker:Identification:TargetFar", "0.05"), ("Speaker:Replay:Enabled", "false"),
            .. settings,
        ]);

    private static async Task<string> CreateAsync(HttpService service, string profiles) =>
        (await HttpService.JsonAsync(await service.Client.PostAsync(profiles, Locale("en-US")), 201))
            .GetProperty("profileId").GetString()!;

    private static async Task<string> EnrolledAsync(HttpService service, string profiles, string language)
    {
        var id = await CreateAsync(service, profiles);
        var enrolled = await HttpService.JsonAsync(
            await service.Client.PostAsync(
                $"{profiles}/{id}/enrollments?ignoreMinLength=true", Speech(language, 4, Many)),
            201);
        Assert.Equal("Enrolled", enrolled.GetProperty("enrollmentStatus").GetString());
        return id;
    }

    private static Task<HttpResponseMessage> EnrolAsync(
        HttpService service, string profiles, string id, HttpContent audio) =>
        service.Client.PostAsync($"{profiles}/{id}/enrollments", audio);

    private static Task<HttpResponseMessage> VerifyAsync(HttpService service, string id, HttpContent audio) =>
        service.Client.PostAsync($"{Verification}/{id}/verify", audio);

    private static Task<HttpResponseMessage> IdentifyAsync(HttpService service, string ids, HttpContent audio) =>
        service.Client.PostAsync($"{Identification}/identifySingleSpeaker?profileIds={ids}", audio);

    private static ByteArrayContent Speech(string language, int first, int count) =>
        HttpService.Speech(language, first, count);

    private static StringContent Locale(string locale) =>
        new($$"""{"locale":"{{locale}}"}""", Encoding.UTF8, "application/json");

    private static ByteArrayContent Raw(float[] samples, int rate, short channels)
    {
        using var folder = new TemporaryFolder();
        return HttpService.Body(
            File.ReadAllBytes(WaveFile.Write(folder.File("a.wav"), samples, channels, rate)), "audio/wav");
    }

    /// <returns>The message.</returns>
    private static async Task<string> ErrorAsync(HttpResponseMessage answer, int status, string code)
    {
        var problem = await HttpService.JsonAsync(answer, status);
        Assert.Equal(["error"], Names(problem));
        var error = problem.GetProperty("error");
        Assert.Equal(["code", "message"], Names(error));
        Assert.Equal(code, error.GetProperty("code").GetString());
        var message = error.GetProperty("message").GetString()!;
        Assert.NotEmpty(message);
        return message;
    }

    private static IEnumerable<string> Names(JsonElement json) =>
        json.EnumerateObject().Select(property => property.Name);

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$")]
    private static partial Regex TimePattern();

    /// <summary>A body that begins and does not end.</summary>
    private sealed class StallingContent : HttpContent
    {
        public StallingContent() => Headers.ContentType = MediaTypeHeaderValue.Parse("audio/wav");

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(
            Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("RIFF"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
