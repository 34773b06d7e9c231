using System.Text.Json;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Jobs;

/// <summary>Enrolments that the caller does not wait for.</summary>
[Collection(TestModelTests.Name)]
public sealed class JobsOverHttpTests(TestModel model)
{
    [Fact]
    public async Task Enrol_Async_IsAcceptedAtOnceAndAnswersLaterWhatTheOtherAnswers()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        var form = HttpService.Form(HttpService.Speech("de"), HttpService.Wav(new float[48_000]));
        form.Add(new StringContent("door"), "consent");
        var answer = await service.Client.PostAsync("/v1/speakers/%C3%A4nna/utterances?async=true", form);
        var accepted = await HttpService.JsonAsync(answer, 202);
        Assert.Equal(
            ["id", "kind", "state", "speaker", "files", "attempts", "attemptsAllowed", "putAt", "dueAt", "finishedAt",
                "worker", "reason", "progress", "enrolment", "migration", "tenant"],
            accepted.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("enrol", "waiting", "änna"), (Text(accepted, "kind"), Text(accepted, "state"), Text(accepted, "speaker")));
        Assert.Equal(["0.wav", "1.wav"], accepted.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        var location = answer.Headers.Location!.OriginalString;
        Assert.Equal($"/v1/jobs/{Text(accepted, "id")}", location);
        Assert.Equal("respond-async", Assert.Single(answer.Headers.GetValues("Preference-Applied")));
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/speakers/änna"), 404, "unknownSpeaker");

        await service.WorkAsync();
        var done = await HttpService.JsonAsync(await service.Client.GetAsync(location), 200);
        Assert.Equal("done", Text(done, "state"));
        var other = HttpService.Form(HttpService.Speech("de"), HttpService.Wav(new float[48_000]));
        other.Add(new StringContent("door"), "consent");
        var synchronous = await HttpService.JsonAsync(
            await service.Client.PostAsync("/v1/speakers/berta/utterances", other), 201);
        Assert.Equal(
            synchronous.GetProperty("files").ToString(), done.GetProperty("enrolment").GetProperty("files").ToString());
        Assert.Equal("door", Text(done.GetProperty("enrolment"), "consent"));
        await HttpService.JsonAsync(await service.VerifyAsync("änna", HttpService.Speech("de", 4)), 200);

        // At least once: the second time adds nothing.
        var again = await service.Client.PostAsync(
            "/v1/speakers/änna/utterances?async=true", HttpService.Form(HttpService.Speech("de")));
        await service.WorkAsync();
        var enrolment = (await HttpService.JsonAsync(await service.Client.GetAsync(again.Headers.Location), 200))
            .GetProperty("enrolment");
        Assert.Equal("alreadyEnrolled", Text(enrolment.GetProperty("files")[0], "code"));
        Assert.Equal(1, enrolment.GetProperty("utterances").GetInt32());
    }

    [Fact]
    public async Task Enrol_PreferAsyncWithRawSamples_HearsTheSame()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        var samples = WaveFile.Pcm16(Sounds.Speech("de", 0, 4));
        var swapped = new byte[samples.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            swapped[i] = samples[i ^ 1];
        }

        foreach (var (body, type) in ((byte[], string)[])
            [(samples, "audio/pcm;rate=16000"), (swapped, "audio/L16;rate=16000")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/speakers/anna/utterances?name=a.raw")
            {
                Content = HttpService.Body(body, type), Headers = { { "Prefer", "wait=1, respond-async" } },
            };
            Assert.Equal(202, (int)(await service.Client.SendAsync(request)).StatusCode);
            await service.WorkAsync();
        }

        // The sound of the first in another form; and both are the file's.
        var wav = await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 200);
        Assert.Equal(1, wav.GetProperty("utterances").GetInt32());
        Assert.Equal("alreadyEnrolled", Text(wav.GetProperty("files")[0], "code"));
    }

    [Fact]
    public async Task Enrol_QueueFull_SaysWhenToComeAgain()
    {
        await using var service = await HttpService.StartAsync(model.Path, settings: ("Speaker:Jobs:MaximumJobs", "1"));
        const string Address = "/v1/speakers/anna/utterances?async=true";
        Assert.Equal(202, (int)(await service.Client.PostAsync(Address, HttpService.Speech("de"))).StatusCode);
        var full = await service.Client.PostAsync(Address, HttpService.Speech("de", 4));
        Assert.NotNull(full.Headers.RetryAfter);
        await HttpService.ProblemAsync(full, 503, "queueFull");
        await service.WorkAsync();
        Assert.Equal(202, (int)(await service.Client.PostAsync(Address, HttpService.Speech("de", 4))).StatusCode);
    }

    [Fact]
    public async Task Job_ThatCannotBeDone_IsSetAsideWithTheReason()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        var answer = await service.Client.PostAsync(
            "/v1/speakers/anna/utterances?async=true&name=notes.wav", HttpService.Body("no sound"u8.ToArray(), "audio/wav"));
        await service.WorkAsync();
        var job = await HttpService.JsonAsync(await service.Client.GetAsync(answer.Headers.Location), 200);
        Assert.Equal(("failed", 1), (Text(job, "state"), job.GetProperty("attempts").GetInt32()));
        Assert.Contains("notes.wav", Text(job, "reason"), StringComparison.Ordinal);
        Assert.Contains(service.Events.Entries, entry => entry.Id == 203);
    }

    [Fact]
    public async Task Job_UnknownOrNotForTheKey_IsRefused()
    {
        var (kept, presented) = HttpService.KeyOf("verify");
        await using var service = await HttpService.StartAsync(model.Path, keys: [kept]);
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", presented);
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/jobs/0"), 403, "scopeMissing");
        await using var open = await HttpService.StartAsync(model.Path);
        await HttpService.ProblemAsync(await open.Client.GetAsync("/v1/jobs/0"), 404, "unknownJob");
        await HttpService.ProblemAsync(
            await open.Client.PostAsync("/v1/speakers/anna/utterances?async=maybe", HttpService.Speech("de")), 400,
            "invalidArgument");
    }

    private static string? Text(JsonElement document, string name) => document.GetProperty(name).GetString();
}
