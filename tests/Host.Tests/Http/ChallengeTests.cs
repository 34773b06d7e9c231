using System.Text.Json;
using Speaker.Host.Challenges;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http;

/// <summary>Challenges: given once, used once, in time, by whom they were given to.</summary>
[Collection(TestModelTests.Name)]
public sealed class ChallengeTests(TestModel model)
{
    [Fact]
    public async Task Verify_WithAChallenge_NamesItsDigitsAndUsesItUp()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        var given = await GiveAsync(service);
        Assert.Equal(
            ["id", "digits", "speaker", "expiresAt", "seconds"], given.EnumerateObject().Select(field => field.Name));
        Assert.Equal(30, given.GetProperty("seconds").GetDouble());
        Assert.Equal(JsonValueKind.Null, given.GetProperty("speaker").ValueKind);

        var answer = await HttpService.JsonAsync(await VerifyAsync(service, IdOf(given), 4), 200);
        Assert.Equal("withinThreshold", answer.GetProperty("code").GetString());
        Assert.Equal(IdOf(given), answer.GetProperty("challenge").GetProperty("id").GetString());
        Assert.Equal(
            given.GetProperty("digits").GetString(), answer.GetProperty("challenge").GetProperty("digits").GetString());
        await HttpService.ProblemAsync(await VerifyAsync(service, IdOf(given), 8), 409, "challengeUsed");
        // Without one nothing is said of any.
        var without = await HttpService.JsonAsync(await service.VerifyAsync("anna", HttpService.Speech("de", 8)), 200);
        Assert.False(without.TryGetProperty("challenge", out _));
    }

    [Fact]
    public async Task Verify_ChallengeInTheForm_IsTheSame()
    {
        await using var service = await HttpService.StartAsync(model.Path, settings: ("RequireChallenge", "true"));
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        var id = IdOf(await GiveAsync(service));
        var form = HttpService.Form(HttpService.Speech("de", 4));
        form.Add(new StringContent(id), "challenge");
        var answer = await HttpService.JsonAsync(await service.VerifyAsync("anna", form), 200);
        Assert.Equal(id, answer.GetProperty("challenge").GetProperty("id").GetString());

        var two = HttpService.Form(HttpService.Speech("de", 8));
        two.Add(new StringContent("a"), "challenge");
        await HttpService.ProblemAsync(
            await service.Client.PostAsync("/v1/speakers/anna/verify?challenge=b", two), 400, "invalidArgument");
    }

    [Fact]
    public async Task Verify_ChallengeAskedForAndNotNamed_IsRefused()
    {
        await using var service = await HttpService.StartAsync(model.Path, settings: ("RequireChallenge", "true"));
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        await HttpService.ProblemAsync(
            await service.VerifyAsync("anna", HttpService.Speech("de", 4)), 400, "challengeMissing");
        await HttpService.ProblemAsync(await VerifyAsync(service, "", 4), 400, "challengeMissing");
        await HttpService.JsonAsync(await VerifyAsync(service, IdOf(await GiveAsync(service)), 4), 200);
    }

    [Fact]
    public async Task Verify_ChallengeAfterItsTime_IsExpired()
    {
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        await using var service = await HttpService.StartAsync(model.Path, time, settings: ("ChallengeSeconds", "20"));
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        var (first, second) = (await GiveAsync(service), IdOf(await GiveAsync(service)));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(20), first.GetProperty("expiresAt").GetDateTimeOffset());
        time.Advance(TimeSpan.FromSeconds(20));
        await HttpService.JsonAsync(await VerifyAsync(service, IdOf(first), 4), 200);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await HttpService.ProblemAsync(await VerifyAsync(service, second, 8), 409, "challengeExpired");
        await HttpService.ProblemAsync(await VerifyAsync(service, new string('0', 32), 8), 409, "challengeUnknown");
    }

    [Fact]
    public async Task Verify_OneChallengeTwiceAtATime_ExactlyOneWins()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        var id = IdOf(await GiveAsync(service));
        var statuses = await Task.WhenAll(((int[])[4, 8]).Select(async first =>
            (int)(await VerifyAsync(service, id, first)).StatusCode));
        Assert.Equal([200, 409], statuses.Order());
    }

    [Fact]
    public async Task Verify_ChallengeOfAnotherKeyOrSpeaker_IsUnknownAndStaysOpen()
    {
        var (one, two, admin) =
            (HttpService.KeyOf("verify"), HttpService.KeyOf("verify"), HttpService.KeyOf("enrol"));
        await using var service = await HttpService.StartAsync(
            model.Path, keys: [one.Kept, two.Kept, admin.Kept],
            settings: ("Speaker:Enrolment:AllowDuplicates", "true"));
        foreach (var name in (string[])["anna", "boris"])
        {
            using var enrolment = Request(
                $"/v1/speakers/{name}/utterances", admin.Presented, HttpService.Speech("de"));
            await HttpService.JsonAsync(await service.Client.SendAsync(enrolment), 201);
        }

        using var ask = Request("/v1/challenges?speaker=anna", one.Presented);
        var given = await HttpService.JsonAsync(await service.Client.SendAsync(ask), 200);
        Assert.Equal("anna", given.GetProperty("speaker").GetString());
        var tries = ((string, string, int, string?)[])
        [
            ("anna", two.Presented, 409, "challengeUnknown"), ("boris", one.Presented, 409, "challengeUnknown"),
            ("anna", one.Presented, 200, null), ("anna", one.Presented, 409, "challengeUsed"),
        ];
        foreach (var (speaker, key, status, code) in tries)
        {
            using var claim = Request(
                $"/v1/speakers/{speaker}/verify?challenge={IdOf(given)}", key, HttpService.Speech("de", 4));
            var answer = await service.Client.SendAsync(claim);
            _ = code is null
                ? await HttpService.JsonAsync(answer, status)
                : await HttpService.ProblemAsync(answer, status, code);
        }

        using var unscoped = Request("/v1/challenges", admin.Presented);
        await HttpService.ProblemAsync(await service.Client.SendAsync(unscoped), 403, "scopeMissing");
    }

    [Fact]
    public async Task Challenges_MoreThanAllowed_AreRefusedUntilOneEnds()
    {
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        await using var service = await HttpService.StartAsync(model.Path, time, settings: ("Challenges", "2"));
        await GiveAsync(service);
        time.Advance(TimeSpan.FromSeconds(10));
        await GiveAsync(service);
        var full = await service.Client.PostAsync("/v1/challenges", null);
        Assert.Equal(TimeSpan.FromSeconds(20), full.Headers.RetryAfter?.Delta);
        await HttpService.ProblemAsync(full, 503, "tooManyChallenges");
        time.Advance(TimeSpan.FromSeconds(20.1));
        await GiveAsync(service);
    }

    [Fact]
    public async Task Challenges_VerifySwitchedOffOrNameThatIsNone_AreRefused()
    {
        await using var service = await HttpService.StartAsync(model.Path, settings: ("Verify", "false"));
        await HttpService.ProblemAsync(
            await service.Client.PostAsync("/v1/challenges", null), 403, "switchedOff");
        await using var other = await HttpService.StartAsync(model.Path);
        await HttpService.ProblemAsync(
            await other.Client.PostAsync("/v1/challenges?speaker=.anna", null), 400, "invalidName");
    }

    /// <summary>10,000 challenges of 6 digits: every digit comes up in every place as often as chance has it, and none
    /// follows itself.</summary>
    [Fact]
    public void Digits_OfManyChallenges_AreEvenAndNoneFollowsItself()
    {
        const int Many = 10_000;
        var book = new ChallengeBook(6, TimeSpan.FromSeconds(30), Many, TimeProvider.System);
        Challenge[] challenges = [.. Enumerable.Range(0, Many).Select(_ => book.Give("", null, out var _)!)];
        Assert.Equal(Many, challenges.Select(challenge => challenge.Id).Distinct().Count());
        Assert.All(challenges, challenge =>
        {
            Assert.Equal(32, challenge.Id.Length);
            Assert.Equal(6, challenge.Digits.Length);
            Assert.DoesNotContain(challenge.Digits.Zip(challenge.Digits[1..]), pair => pair.First == pair.Second);
        });
        for (var place = 0; place < 6; place++)
        {
            var counts = challenges.CountBy(challenge => challenge.Digits[place]).ToDictionary();
            Assert.Equal(10, counts.Count);
            // 1,000 expected, with a deviation of 30: six of them are beyond any chance.
            Assert.All(counts.Values, count => Assert.InRange(count, 820, 1180));
        }
    }

    [Fact]
    public void Give_AsManyAsMayBeToOneKey_LeavesRoomForAnother()
    {
        var book = new ChallengeBook(6, TimeSpan.FromSeconds(30), 4, TimeProvider.System);
        Assert.NotNull(book.Give("greedy", null, out _));
        Assert.NotNull(book.Give("greedy", null, out _));
        Assert.Null(book.Give("greedy", null, out var wait));
        Assert.InRange(wait.TotalSeconds, 0, 30);
        Assert.NotNull(book.Give("other", null, out _));
    }

    [Fact]
    public void Take_LongAfterItsEnd_IsUnknown()
    {
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        var book = new ChallengeBook(6, TimeSpan.FromSeconds(30), 100, time);
        var first = book.Give("key", "anna", out _)!;
        Assert.Equal(ChallengeState.Open, book.Take(first.Id, "key", "anna").State);
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.NotNull(book.Give("key", "anna", out _));
        Assert.Equal(ChallengeState.Used, book.Take(first.Id, "key", "anna").State);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(book.Give("key", "anna", out _));
        Assert.Equal(ChallengeState.Unknown, book.Take(first.Id, "key", "anna").State);
    }

    private static string IdOf(JsonElement challenge) => challenge.GetProperty("id").GetString()!;

    private static async Task<JsonElement> GiveAsync(HttpService service) =>
        await HttpService.JsonAsync(await service.Client.PostAsync("/v1/challenges", null), 200);

    private static Task<HttpResponseMessage> VerifyAsync(HttpService service, string challenge, int first) =>
        service.Client.PostAsync(
            $"/v1/speakers/anna/verify?challenge={challenge}", HttpService.Speech("de", first));

    private static HttpRequestMessage Request(string path, string key, HttpContent? content = null) =>
        new(HttpMethod.Post, path) { Content = content, Headers = { { "X-Api-Key", key } } };
}
