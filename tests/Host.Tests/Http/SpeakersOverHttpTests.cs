using System.Net.Http.Headers;
using System.Text.Json;
using Speaker.Audio.Files.SoundFile;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http;

/// <summary>Every endpoint that works on speakers and recordings, with real recordings.</summary>
[Collection(TestModelTests.Name)]
public sealed class SpeakersOverHttpTests(TestModel model)
{
    private const string Strict = "Speaker:Verification:Threshold";

    [Fact]
    public async Task Enrolment_ThenListShowVerifyIdentifyRemove_AnswersTheDocumentsOfTheVerbs()
    {
        await using var service = await HttpService.StartAsync(
            model.Path, settings: ("Speaker:Identification:TargetFar", "0.01"));
        var form = HttpService.Form(HttpService.Speech("de", 0), HttpService.Speech("de", 4));
        form.Add(new StringContent("door access"), "consent");
        var answer = await service.Client.PostAsync("/v1/speakers/%C3%A4nna/utterances", form);
        Assert.Equal("/v1/speakers/%C3%A4nna", answer.Headers.Location?.OriginalString);
        var enrolled = await HttpService.JsonAsync(answer, 201);
        Assert.Equal(
            ["speaker", "files", "accepted", "refused", "utterances", "speechSeconds", "progress", "consent", "model",
                "missing", "summary", "knownAs", "note"],
            Names(enrolled));
        Assert.Equal(
            ["file", "status", "reason", "speechSeconds", "distance", "quality", "voice", "code"],
            Names(enrolled.GetProperty("files")[0]));
        Assert.Equal("änna", enrolled.GetProperty("speaker").GetString());
        Assert.Equal(2, enrolled.GetProperty("accepted").GetInt32());
        Assert.Equal("1.wav", enrolled.GetProperty("files")[1].GetProperty("file").GetString());

        var again = await HttpService.JsonAsync(
            await service.EnrolAsync("änna", HttpService.Speech("de", 0)), 200);
        Assert.Equal("alreadyEnrolled", again.GetProperty("files")[0].GetProperty("code").GetString());

        var list = await HttpService.JsonAsync(await service.Client.GetAsync("/v1/speakers"), 200);
        var listed = Assert.Single(list.GetProperty("speakers").EnumerateArray());
        Assert.Equal(
            ["speaker", "utterances", "speechSeconds", "progress", "model", "enrolledAt", "updatedAt", "consent",
                "consentAt"],
            Names(listed));
        Assert.Equal("door access", listed.GetProperty("consent").GetString());
        Assert.Equal(JsonValueKind.Null, list.GetProperty("next").ValueKind);

        var shown = await HttpService.JsonAsync(await service.Client.GetAsync("/v1/speakers/änna"), 200);
        Assert.Equal(
            ["speaker", "enrolledAt", "consent", "consentAt", "speechSeconds", "utterances", "model"], Names(shown));
        Assert.Equal(
            ["id", "source", "addedAt", "speechSeconds", "distance", "quality", "note"],
            Names(shown.GetProperty("utterances")[0]));
        var id = shown.GetProperty("utterances")[0].GetProperty("id").GetInt64();

        var verified = await HttpService.JsonAsync(
            await service.VerifyAsync("änna", HttpService.Speech("de", 8)), 200);
        Assert.Equal(
            ["speaker", "decision", "distance", "threshold", "targetFar", "reason", "speechSeconds", "model", "quality",
                "llr", "calibratedFar", "calibratedOn", "file", "missingSeconds", "code"],
            Names(verified));
        Assert.Equal("accept", verified.GetProperty("decision").GetString());
        Assert.Equal("withinThreshold", verified.GetProperty("code").GetString());

        var identified = await HttpService.JsonAsync(
            await service.Client.PostAsync("/v1/identify?name=door%2Fb.wav", HttpService.Speech("de", 12)), 200);
        Assert.Equal(
            ["file", "decision", "speaker", "distance", "threshold", "targetFar", "margin", "minimumMargin", "reason",
                "speechSeconds", "model", "candidates", "calibratedFar", "calibratedOn", "code", "searched", "galleryFar"],
            Names(identified));
        Assert.Equal("änna", identified.GetProperty("speaker").GetString());
        Assert.Equal("b.wav", identified.GetProperty("file").GetString());

        var removed = await HttpService.JsonAsync(
            await service.Client.DeleteAsync($"/v1/speakers/änna/utterances/{id}"), 200);
        Assert.Equal(["speaker", "removed", "utterance", "utterances", "files"], Names(removed));
        Assert.Equal(1, removed.GetProperty("utterances").GetInt32());
        await HttpService.JsonAsync(await service.Client.DeleteAsync("/v1/speakers/änna"), 200);
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/speakers/änna"), 404, "unknownSpeaker");

        var everything = string.Join('\n', enrolled, again, list, shown, verified, identified, removed);
        Assert.DoesNotContain("embedding", everything, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Verify_ThresholdThatNothingMeets_RejectsAndEqualsTheVerb()
    {
        await using var service = await HttpService.StartAsync(model.Path, settings: (Strict, "0.0000001"));
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        var answer = await HttpService.JsonAsync(await service.VerifyAsync("anna", HttpService.Speech("de", 4)), 200);
        Assert.Equal("reject", answer.GetProperty("decision").GetString());
        Assert.Equal("beyondThreshold", answer.GetProperty("code").GetString());

        using var folder = new TemporaryFolder();
        var process = new SpeakerProcess(folder, model.Path);
        var printed = process.Run(
            [("SPEAKER_STORE", service.Store)],
            "verify", "anna", Sounds.WriteSpeech(folder.File("recording"), "de", 4), "--threshold", "0.0000001",
            "--json");
        foreach (var field in answer.EnumerateObject().Where(field => field.Name != "file"))
        {
            Assert.Equal(printed.Json.GetProperty(field.Name).GetRawText(), field.Value.GetRawText());
        }
    }

    [Theory]
    [InlineData("audio/flac", 0x170002, false)]
    [InlineData("audio/ogg", 0x200060, false)]
    [InlineData("audio/mpeg", 0x230082, true)]
    [InlineData("application/octet-stream", 0x170002, true)]
    public async Task Verify_CompressedSound_IsHeard(string type, int format, bool chunked)
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        using var file = new MemoryStream();
        using (var writer = new SoundFileWriter(file, Sounds.SampleRate, 1, format))
        {
            writer.Write(Sounds.Speech("de", 4, 4));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/speakers/anna/verify")
        {
            Content = HttpService.Body(file.ToArray(), type),
        };
        request.Headers.TransferEncodingChunked = chunked;
        var answer = await HttpService.JsonAsync(await service.Client.SendAsync(request), 200);
        Assert.Equal("accept", answer.GetProperty("decision").GetString());
        Assert.InRange(answer.GetProperty("speechSeconds").GetDouble(), 0.5, 60);
    }

    /// <summary>The same samples are the same sound, however they come.</summary>
    [Theory]
    [InlineData("audio/pcm;rate=16000", "", false)]
    [InlineData("audio/pcm", "?rate=16000&channels=1", false)]
    [InlineData("application/octet-stream", "?rate=16000", false)]
    [InlineData("audio/L16;rate=16000;channels=1", "", true)]
    public async Task Verify_RawSamples_AreHeardAsTheWavOfThem(string type, string query, bool bigEndian)
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        var samples = Sounds.Speech("de", 4, 4);
        var wav = await HttpService.JsonAsync(await service.VerifyAsync("anna", HttpService.Wav(samples)), 200);
        var bytes = WaveFile.Pcm16(samples);
        if (bigEndian)
        {
            for (var i = 0; i < bytes.Length; i += 2)
            {
                (bytes[i], bytes[i + 1]) = (bytes[i + 1], bytes[i]);
            }
        }

        var raw = await HttpService.JsonAsync(
            await service.Client.PostAsync("/v1/speakers/anna/verify" + query, HttpService.Body(bytes, type)), 200);
        Assert.Equal(wav.GetProperty("distance").GetDouble(), raw.GetProperty("distance").GetDouble());
        Assert.Equal(wav.GetProperty("speechSeconds").GetDouble(), raw.GetProperty("speechSeconds").GetDouble());
    }

    [Fact]
    public async Task Compare_TwoRecordings_AreNamedByTheirFields()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        using var form = new MultipartFormDataContent
        {
            { HttpService.Speech("fr"), "second", "b.wav" }, { HttpService.Speech("de"), "first", "a.wav" },
        };
        var answer = await HttpService.JsonAsync(await service.Client.PostAsync("/v1/compare", form), 200);
        Assert.Equal(
            ["first", "second", "decision", "distance", "threshold", "targetFar", "reason", "speechSeconds", "model",
                "quality", "llr", "calibratedFar", "calibratedOn", "missingSeconds", "code"],
            Names(answer));
        Assert.Equal("a.wav", answer.GetProperty("first").GetString());
        Assert.Equal("b.wav", answer.GetProperty("second").GetString());
        Assert.False(File.Exists(service.Store), "compare wrote a store");
    }

    [Fact]
    public async Task List_Pages_FollowEachOther()
    {
        await using var service = await HttpService.StartAsync(
            model.Path, settings: ("Speaker:Enrolment:AllowDuplicates", "true"));
        foreach (var name in (string[])["carla", "anna", "boris"])
        {
            await HttpService.JsonAsync(await service.EnrolAsync(name, HttpService.Speech("de")), 201);
        }

        var first = await HttpService.JsonAsync(await service.Client.GetAsync("/v1/speakers?limit=2"), 200);
        Assert.Equal(["anna", "boris"], Speakers(first));
        Assert.Equal("boris", first.GetProperty("next").GetString());
        var second = await HttpService.JsonAsync(
            await service.Client.GetAsync("/v1/speakers?limit=2&after=boris"), 200);
        Assert.Equal(["carla"], Speakers(second));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Export_IntoAnotherService_VerifiesThereAlike()
    {
        await using var here = await HttpService.StartAsync(model.Path, settings: ("Export", "true"));
        await using var there = await HttpService.StartAsync(model.Path);
        await here.EnrolAsync("anna", HttpService.Speech("de"));
        await here.EnrolAsync("boris", HttpService.Speech("fr"));
        var file = await here.Client.GetAsync("/v1/export?speaker=anna");
        Assert.Equal("application/json", file.Content.Headers.ContentType?.MediaType);
        var bytes = await file.Content.ReadAsByteArrayAsync();

        var imported = await HttpService.JsonAsync(
            await there.Client.PostAsync("/v1/import", HttpService.Body(bytes, "application/json")), 200);
        Assert.Equal(["file", "speakers", "utterances", "alreadyEnrolled", "model"], Names(imported));
        Assert.Equal(1, imported.GetProperty("utterances").GetInt32());
        var again = await HttpService.JsonAsync(
            await there.Client.PostAsync("/v1/import", HttpService.Body(bytes, "application/json")), 200);
        Assert.Equal(1, again.GetProperty("alreadyEnrolled").GetInt32());

        var distances = new List<double>();
        foreach (var service in (HttpService[])[here, there])
        {
            var answer = await HttpService.JsonAsync(
                await service.VerifyAsync("anna", HttpService.Speech("de", 4)), 200);
            distances.Add(answer.GetProperty("distance").GetDouble());
        }

        Assert.Equal(distances[0], distances[1]);
        await HttpService.ProblemAsync(
            await there.VerifyAsync("boris", HttpService.Speech("fr")), 404, "unknownSpeaker");
    }

    [Fact]
    public async Task Enrolment_OfSilenceBesideSpeech_RefusesTheOneAndAddsTheOther()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        var answer = await HttpService.JsonAsync(
            await service.EnrolAsync("anna", HttpService.Wav(new float[48_000]), HttpService.Speech("de")), 201);
        Assert.Equal(
            ["silent", "enrolled"],
            answer.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("code").GetString()));
        Assert.Equal(1, answer.GetProperty("refused").GetInt32());
    }

    [Fact]
    public async Task Verify_Silence_IsAnInconclusiveDecisionAndNoProblem()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        var answer = await HttpService.JsonAsync(
            await service.VerifyAsync("anna", HttpService.Wav(new float[48_000])), 200);
        Assert.Equal("inconclusive", answer.GetProperty("decision").GetString());
        Assert.Equal("silent", answer.GetProperty("code").GetString());
    }

    private static IEnumerable<string> Names(JsonElement json) =>
        json.EnumerateObject().Select(property => property.Name);

    private static IEnumerable<string?> Speakers(JsonElement list) =>
        list.GetProperty("speakers").EnumerateArray().Select(each => each.GetProperty("speaker").GetString());
}
