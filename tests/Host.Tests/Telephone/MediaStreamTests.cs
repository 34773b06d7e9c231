using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Speaker.Host.Telephone.Media;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Telephone;

/// <summary>Media streams of each provider over real web sockets: what they get, and what gets nobody in.</summary>
[Collection(TestModelTests.Name)]
public sealed class MediaStreamTests(TestModel model)
{
    [Theory]
    [InlineData(nameof(MediaDialect.Twilio), "PCMU", 8000, """{"event":"mark","streamSid":"stream-1","mark":{"name":"speaker:accept"}}""")]
    [InlineData(nameof(MediaDialect.Telnyx), "PCMA", 8000, """{"event":"mark","stream_id":"stream-1","mark":{"name":"speaker:accept"}}""")]
    [InlineData(nameof(MediaDialect.Exotel), "audio/x-raw", 8000, """{"event":"mark","stream_sid":"stream-1","mark":{"name":"speaker:accept"}}""")]
    [InlineData(nameof(MediaDialect.Plivo), "audio/x-l16", 16_000, """{"event":"checkpoint","streamId":"stream-1","name":"speaker:accept"}""")]
    [InlineData(nameof(MediaDialect.Vonage), "L16", 16_000, null)]
    public async Task Stream_OfARecording_GetsTheAnswerOfTheFile(
        string dialectName, string encoding, int rate, string? mark)
    {
        var dialect = Enum.Parse<MediaDialect>(dialectName);
        var sound = CallSound.Of(encoding, rate);
        await using var service = await TelephoneService.StartAsync(model);
        var file = await TelephoneService.FileAnswerAsync(service, sound);
        using var client = await MediaClient.ConnectAsync(service);
        if (dialect != MediaDialect.Vonage)
        {
            await client.SendAsync("""{"event":"connected","protocol":"Call","version":"1.0.0"}""");
        }

        await client.SendAsync(MediaClient.Start(dialect, encoding, rate, ("speaker", "anna"), ("correlation", "7")));
        if (dialect == MediaDialect.Vonage)
        {
            foreach (var frame in sound.Frames)
            {
                await client.SendAsync(frame);
            }

            await client.SendAsync("""{"event":"stop"}""");
        }
        else
        {
            await client.SendAsync("""{"event":"dtmf","dtmf":{"digit":"5"}}""");
            await client.PlayAsync(sound.Frames);
            await client.SendAsync("""{"event":"stop"}""");
        }

        Assert.Equal(mark, await client.ReceiveAsync());
        if (mark is not null)
        {
            Assert.Null(await client.ReceiveAsync());
        }

        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Closed);
        var call = await TelephoneService.DecidedAsync(service, MediaClient.CallId);
        TelephoneService.AssertSame(file, call);
        Assert.Equal("accept", call.GetProperty("decision").GetString());
        Assert.Equal(dialectName.ToLowerInvariant(), call.GetProperty("source").GetString());
        Assert.Equal("7", call.GetProperty("correlation").GetString());
        Assert.Equal(
            1, await service.MetricAsync(
                "speaker_decisions_total{operation=\"telephone\",decision=\"accept\",code=\"withinThreshold\"}"));
    }

    [Fact]
    public async Task Stream_WithFramesLateSwappedAndTwice_GetsTheAnswerOfTheFile()
    {
        var sound = CallSound.Of("PCMU", 8000);
        await using var service = await TelephoneService.StartAsync(model);
        var file = await TelephoneService.FileAnswerAsync(service, sound);
        var random = new Random(14);
        // Each up to 100 ms late, and every tenth twice.
        var order = Enumerable.Range(0, sound.Frames.Count)
            .SelectMany(i => i % 10 == 3 ? (int[])[i, i] : [i])
            .OrderBy(i => i + (random.NextDouble() * 5)).ToArray();
        Assert.NotEqual(order.Order(), order);
        var call = await PlayAsync(service, order.Select(i => (i + 1, sound.Frames[i])));
        TelephoneService.AssertSame(file, call);
        Assert.Equal(
            order.Length - sound.Frames.Count, call.GetProperty("frames").GetProperty("dropped").GetInt32());
        Assert.Equal(0, call.GetProperty("frames").GetProperty("lost").GetInt32());
    }

    [Fact]
    public async Task Stream_WithFramesLost_IsDecidedOnTheOthersAndSaysHowMany()
    {
        var sound = CallSound.Of("PCMU", 8000);
        await using var service = await TelephoneService.StartAsync(model);
        var call = await PlayAsync(
            service,
            sound.Frames.Select((frame, i) => (i + 1, frame)).Where(each => each.Item1 % 20 != 10));
        Assert.Equal("accept", call.GetProperty("decision").GetString());
        var lost = (sound.Frames.Count + 10) / 20;
        Assert.Equal(lost, call.GetProperty("frames").GetProperty("lost").GetInt32());
        Assert.Equal(
            sound.Pcm.Length / 16_000.0 - (lost * 0.02), call.GetProperty("seconds").GetDouble(), 0.02);
    }

    [Fact]
    public async Task Stream_OfTheOtherTrack_IsNotListenedTo()
    {
        await using var service = await TelephoneService.StartAsync(model);
        using var client = await MediaClient.ConnectAsync(service);
        await client.SendAsync(MediaClient.Start(MediaDialect.Twilio, "PCMU", 8000, ("speaker", "anna")));
        foreach (var frame in CallSound.Of("PCMU", 8000).Frames)
        {
            await client.SendAsync(MediaClient.Media(1, frame).Replace("inbound", "outbound", StringComparison.Ordinal));
        }

        await client.SendAsync("""{"event":"stop"}""");
        Assert.Contains("speaker:inconclusive", await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "invalidMessage")]
    [InlineData("start", "startedTwice")]
    [InlineData("binary", "invalidMessage")]
    [InlineData("payload", "oversizedPayload")]
    [InlineData("message", "oversizedMessage")]
    public async Task Stream_WithWhatCannotBe_EndsInconclusive(string what, string code)
    {
        var sound = CallSound.Of("PCMU", 8000);
        await using var service = await TelephoneService.StartAsync(model);
        using var client = await MediaClient.ConnectAsync(service);
        var start = MediaClient.Start(MediaDialect.Twilio, "PCMU", 8000, ("speaker", "anna"));
        await client.SendAsync(start);
        await client.PlayAsync(sound.Frames);
        await (what switch
        {
            "start" => client.SendAsync(start),
            "binary" => client.SendAsync(sound.Frames[0]),
            "payload" => client.SendAsync(MediaClient.Media(1_000_000, new byte[16_001])),
            "message" => client.SendAsync(MediaClient.Media(1_000_000, new byte[130_000])),
            _ => client.SendAsync(what),
        });
        Assert.Contains("speaker:inconclusive", await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Null(await client.ReceiveAsync());
        Assert.Equal((WebSocketCloseStatus.PolicyViolation, code), (client.Closed!.Value, client.CloseReason));
        await AssertUndecidedAsync(service, code, "invalid");
    }

    [Theory]
    [InlineData("""{"event":"media","media":{"payload":""}}""", "missingStart")]
    [InlineData("[]", "invalidMessage")]
    [InlineData("""{"event":"start","start":{"streamSid":"a","mediaFormat":{"encoding":"G722"}}}""", "unsupportedEncoding")]
    [InlineData("""{"event":"start","start":{"streamSid":"a","mediaFormat":{"encoding":"PCMU"}}}""", "missingSpeaker")]
    [InlineData("""{"event":"start","start":{"streamSid":"a","mediaFormat":{"encoding":"PCMU"},"customParameters":{"speaker":"a/b"}}}""", "invalidName")]
    [InlineData("""{"event":"start","start":{"streamSid":"a","mediaFormat":{"encoding":"PCMU"},"customParameters":{"speaker":"anna","reply":"xml"}}}""", "invalidArgument")]
    [InlineData("""{"event":"start","start":{"streamSid":"a","mediaFormat":{"encoding":"PCMU"},"customParameters":{"speaker":"anna","webhook":"https://example.com/"}}}""", "webhookNotAllowed")]
    [InlineData(null, "missingStart")]
    public async Task Stream_ThatDoesNotBeginAsItMust_IsClosedWithTheReason(string? message, string code)
    {
        await using var service = await TelephoneService.StartAsync(
            model, ("Speaker:Telephone:StartSeconds", message is null ? "0.2" : "60"));
        using var client = await MediaClient.ConnectAsync(service);
        if (message is not null)
        {
            await client.SendAsync(message);
        }

        Assert.Null(await client.ReceiveAsync());
        Assert.Equal((WebSocketCloseStatus.PolicyViolation, code), (client.Closed!.Value, client.CloseReason));
        Assert.Contains(service.Events.Entries, entry => entry.Id == 143);
    }

    [Fact]
    public async Task Stream_ThatBreaks_EndsInconclusive()
    {
        await using var service = await TelephoneService.StartAsync(model);
        using var client = await MediaClient.ConnectAsync(service);
        await client.SendAsync(MediaClient.Start(MediaDialect.Twilio, "PCMU", 8000, ("speaker", "anna")));
        await client.PlayAsync(CallSound.Of("PCMU", 8000).Frames);
        client.Abort();
        await AssertUndecidedAsync(service, "disconnected", "disconnect");
    }

    [Fact]
    public async Task Stream_ThatFallsSilent_EndsInconclusive()
    {
        await using var service = await TelephoneService.StartAsync(model, ("Speaker:Telephone:IdleSeconds", "1"));
        using var client = await MediaClient.ConnectAsync(service);
        await client.SendAsync(MediaClient.Start(MediaDialect.Twilio, "PCMU", 8000, ("speaker", "anna")));
        await client.PlayAsync(CallSound.Of("PCMU", 8000).Frames);
        Assert.Contains("speaker:inconclusive", await client.ReceiveAsync(), StringComparison.Ordinal);
        await AssertUndecidedAsync(service, "idle", "idle");
    }

    [Fact]
    public async Task Stream_OfUnknownSpeaker_EndsAtOnce()
    {
        await using var service = await TelephoneService.StartAsync(model);
        using var client = await MediaClient.ConnectAsync(service);
        await client.SendAsync(MediaClient.Start(MediaDialect.Twilio, "PCMU", 8000, ("speaker", "nobody")));
        Assert.Contains("speaker:inconclusive", await client.ReceiveAsync(), StringComparison.Ordinal);
        await AssertUndecidedAsync(service, "unknownSpeaker", "failure");
    }

    [Fact]
    public async Task Stream_LongerThanItMayBe_IsDecidedThen()
    {
        var sound = CallSound.Of("PCMU", 8000);
        await using var service = await TelephoneService.StartAsync(model, ("Speaker:Telephone:MaximumSeconds", "2"));
        using var client = await MediaClient.ConnectAsync(service);
        await client.SendAsync(MediaClient.Start(MediaDialect.Twilio, "PCMU", 8000, ("speaker", "anna"), ("reply", "json")));
        await client.PlayAsync([.. sound.Frames.Take(150)]);
        using var told = JsonDocument.Parse((await client.ReceiveAsync())!);
        Assert.Equal("decision", told.RootElement.GetProperty("event").GetString());
        var call = await TelephoneService.DecidedAsync(service, MediaClient.CallId);
        Assert.Equal(call.ToString(), told.RootElement.GetProperty("call").ToString());
        Assert.Equal("limit", call.GetProperty("end").GetString());
        TelephoneService.AssertSame(
            await TelephoneService.FileAnswerAsync(service, sound with { Pcm = sound.Pcm[..32_000] }), call);
    }

    [Fact]
    public async Task Stream_AfterARejection_CountsAgainstTheSpeakerAsEveryDoorDoes()
    {
        var sound = CallSound.Of("PCMU", 8000);
        await using var service = await TelephoneService.StartAsync(
            model, ("Speaker:Verification:TargetFar", "0.001"), ("RejectionsBeforeLockOut", "1"));
        Assert.Equal(
            "reject",
            (await PlayAsync(service, sound.Frames.Select((frame, i) => (i + 1, frame)))).GetProperty("decision").GetString());
        await HttpService.ProblemAsync(await service.VerifyAsync("anna", HttpService.Speech("de")), 429, "lockedOut");
        using var client = await MediaClient.ConnectAsync(service);
        await client.SendAsync(MediaClient.Start(MediaDialect.Telnyx, "PCMU", 8000, ("speaker", "anna")));
        Assert.Contains("speaker:inconclusive", await client.ReceiveAsync(), StringComparison.Ordinal);
        await AssertUndecidedAsync(service, "lockedOut", "failure");
    }

    [Fact]
    public async Task Stream_BeyondAsManyAsMayBe_IsRefused()
    {
        await using var service = await TelephoneService.StartAsync(model, ("Speaker:Telephone:Calls", "1"));
        using var first = await MediaClient.ConnectAsync(service);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => MediaClient.ConnectAsync(service));
        Assert.Equal(503, refused.Status);
        await first.SendAsync("""{"event":"stop"}""");
        Assert.Null(await ReceiveOrGoneAsync(first));
        await RunningService.WaitAsync(
            async () =>
            {
                try
                {
                    using var next = await MediaClient.ConnectAsync(service);
                    return true;
                }
                catch (RefusedException)
                {
                    return false;
                }
            },
            () => "a place");
    }

    [Fact]
    public async Task Stream_WithKeys_NeedsOneWithTheScopeInAHeader()
    {
        var (kept, key) = HttpService.KeyOf("verify", "enrol");
        var (other, foreign) = HttpService.KeyOf("verify");
        var (weak, powerless) = HttpService.KeyOf("identify");
        await using var service = await HttpService.StartAsync(
            model.Path, keys: [kept, other with { Tenant = "acme" }, weak],
            settings: ("Speaker:Telephone:MediaStreams", "true"));
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 201);
        Assert.Equal(401, (await Assert.ThrowsAsync<RefusedException>(() => MediaClient.ConnectAsync(service))).Status);
        Assert.Equal(401, (await RefusedAsync(service, "X-Api-Key", key[..^1] + "_")).Status);
        Assert.Equal(403, (await RefusedAsync(service, "X-Api-Key", powerless)).Status);
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"speaker:{key}"));
        foreach (var (name, value) in ((string, string)[])
        [
            ("X-Api-Key", key), ("Authorization", $"Bearer {key}"), ("Authorization", basic),
        ])
        {
            using var client = await MediaClient.ConnectAsync(service, "", (name, value));
            await client.SendAsync(MediaClient.Start(MediaDialect.Twilio, "PCMU", 8000, ("speaker", "nobody")));
            Assert.Contains("speaker:inconclusive", await client.ReceiveAsync(), StringComparison.Ordinal);
        }

        // Another tenant's key: no such speaker, and no such call.
        using var stranger = await MediaClient.ConnectAsync(service, "", ("X-Api-Key", foreign));
        await stranger.SendAsync(MediaClient.Start(
            MediaDialect.Twilio, "PCMU", 8000, ("speaker", "anna"), ("reply", "json")));
        Assert.Contains("unknownSpeaker", await stranger.ReceiveAsync(), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/telephone/calls/" + await FirstCallAsync(service));
        request.Headers.Add("X-Api-Key", foreign);
        service.Client.DefaultRequestHeaders.Clear();
        await HttpService.ProblemAsync(await service.Client.SendAsync(request), 404, "unknownCall");
        Assert.DoesNotContain(service.Events.Entries, entry => entry.Message.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Announced_WithItsIdAsAToken_IsLetInOnceWithoutAKey()
    {
        var sound = CallSound.Of("PCMU", 8000);
        var (kept, key) = HttpService.KeyOf("verify", "enrol");
        await using var service = await HttpService.StartAsync(
            model.Path, keys: [kept],
            settings: [("Speaker:Telephone:MediaStreams", "true"), ("Speaker:Replay:Enabled", "false")]);
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 201);
        foreach (var isInPath in (bool[])[true, false])
        {
            var id = await TelephoneService.AnnounceAsync(service);
            var path = isInPath ? $"/announced/{id}" : "/announced";
            using (var client = await MediaClient.ConnectAsync(service, path))
            {
                await client.SendAsync(Start(isInPath ? "none" : id));
                await client.PlayAsync(sound.Frames);
                await client.SendAsync("""{"event":"stop"}""");
                Assert.Contains("speaker:accept", await client.ReceiveAsync(), StringComparison.Ordinal);
            }

            Assert.Equal(
                "accept", (await TelephoneService.DecidedAsync(service, id)).GetProperty("decision").GetString());
            using var again = await MediaClient.ConnectAsync(service, path);
            await again.SendAsync(Start(id));
            Assert.Null(await again.ReceiveAsync());
            Assert.Equal("unknownCall", again.CloseReason);
        }

        using var stranger = await MediaClient.ConnectAsync(service, "/announced");
        await stranger.SendAsync(Start(Guid.NewGuid().ToString()));
        Assert.Null(await stranger.ReceiveAsync());
        Assert.Equal("unknownCall", stranger.CloseReason);

        static string Start(string id) => MediaClient.Start(MediaDialect.Twilio, "PCMU", 8000, ("call", id));
    }

    [Fact]
    public async Task Twilio_WithItsSignature_IsLetInAndOtherwiseNot()
    {
        const string Token = "12345-of-the-tests";
        var (kept, key) = HttpService.KeyOf("verify", "enrol");
        await using var service = await HttpService.StartAsync(
            model.Path, keys: [kept],
            settings:
            [
                ("Speaker:Telephone:MediaStreams", "true"), ("Speaker:Telephone:TwilioAuthToken", Token),
                ("Speaker:Replay:Enabled", "false"),
                ("Speaker:Telephone:PublicUrl", "wss://voice.example.com"),
            ]);
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de")), 201);
        var right = TwilioSignature.Of(Token, "wss://voice.example.com/v1/telephone/stream/twilio");
        foreach (var wrong in (string[])
        [
            "none", TwilioSignature.Of("other", "wss://voice.example.com/v1/telephone/stream/twilio"),
            TwilioSignature.Of(Token, "wss://voice.example.com/v1/telephone/stream"),
        ])
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(
                () => MediaClient.ConnectAsync(service, "/twilio", (TwilioSignature.Header, wrong)));
            Assert.Equal(403, refused.Status);
        }

        using var client = await MediaClient.ConnectAsync(service, "/twilio", ("x-twilio-signature", right));
        await client.SendAsync(MediaClient.Start(MediaDialect.Twilio, "PCMU", 8000, ("speaker", "anna")));
        await client.PlayAsync(CallSound.Of("PCMU", 8000).Frames);
        await client.SendAsync("""{"event":"stop"}""");
        Assert.Contains("speaker:accept", await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            service.Events.Entries,
            entry => entry.Message.Contains(Token, StringComparison.Ordinal)
                || entry.Message.Contains(right, StringComparison.Ordinal));
    }

    /// <summary>The address, the parameters and the signature of the tests of Twilio's own libraries.</summary>
    [Fact]
    public void Signature_OfTwiliosOwnExample_IsThat() => Assert.Equal(
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        TwilioSignature.Of(
            "12345",
            "https://mycompany.com/myapp.php?foo=1&bar=2CallSidCA1234567890ABCDECaller+14158675309Digits1234"
            + "From+14158675309To+18005551212"));

    [Fact]
    public async Task Stream_ThatIsDecided_IsToldToTheWebhookSigned()
    {
        await using var receiver = await WebhookReceiver.StartAsync(number => number == 1 ? 500 : 204);
        await using var service = await TelephoneService.StartAsync(
            model, ("Speaker:Http:Webhook:Url", receiver.Url + "/hook"),
            ("Speaker:Http:Webhook:Secret", "a secret of the tests"), ("Speaker:Jobs:RetrySeconds", "0.01"),
            ("Speaker:Jobs:PollSeconds", "0.05"));
        using var client = await MediaClient.ConnectAsync(service);
        await client.SendAsync(MediaClient.Start(MediaDialect.Twilio, "PCMU", 8000, ("speaker", "anna"), ("correlation", "x")));
        await client.PlayAsync(CallSound.Of("PCMU", 8000).Frames);
        client.Abort();
        var call = await TelephoneService.DecidedAsync(service, MediaClient.CallId);
        await RunningService.WaitAsync(
            async () =>
            {
                await service.SendAsync();
                return receiver.Requests.Count == 2;
            },
            () => "two tries");
        var told = receiver.Requests.Last();
        Assert.Equal(told.Body, receiver.Requests.First().Body);
        Assert.Matches("^t=[0-9]+,v1=[0-9a-f]{64}$", told.Signature);
        using var body = JsonDocument.Parse(told.Body);
        Assert.Equal("call.decided", body.RootElement.GetProperty("event").GetString());
        Assert.Equal(call.ToString(), body.RootElement.GetProperty("call").ToString());
        Assert.Equal("inconclusive", call.GetProperty("decision").GetString());
    }

    [Fact]
    public async Task Address_WithoutAWebSocketOrWithoutTheSetting_IsRefused()
    {
        await using (var service = await TelephoneService.StartAsync(model))
        {
            await HttpService.ProblemAsync(
                await service.Client.GetAsync("/v1/telephone/stream"), 426, "webSocketNeeded");
        }

        await using var without = await HttpService.StartAsync(model.Path);
        await HttpService.ProblemAsync(await without.Client.GetAsync("/v1/telephone/stream"), 404, "notFound");
        await HttpService.ProblemAsync(
            await without.Client.PostAsync("/v1/telephone/calls", new StringContent("{}")), 404, "notFound");
    }

    private static Task<RefusedException> RefusedAsync(HttpService service, string name, string value) =>
        Assert.ThrowsAsync<RefusedException>(() => MediaClient.ConnectAsync(service, "", (name, value)));

    private static async Task<string> FirstCallAsync(HttpService service) =>
        (await TelephoneService.DecidedAsync(service, MediaClient.CallId)).GetProperty("call").GetString()!;

    private static async Task<string?> ReceiveOrGoneAsync(MediaClient client)
    {
        try
        {
            return await client.ReceiveAsync();
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    private static async Task<JsonElement> PlayAsync(
        HttpService service, IEnumerable<(int Number, byte[] Frame)> frames)
    {
        using var client = await MediaClient.ConnectAsync(service);
        await client.SendAsync(MediaClient.Start(MediaDialect.Telnyx, "PCMU", 8000, ("speaker", "anna")));
        foreach (var (number, frame) in frames)
        {
            await client.SendAsync(MediaClient.Media(number, frame));
        }

        await client.SendAsync("""{"event":"stop"}""");
        Assert.NotNull(await client.ReceiveAsync());
        return await TelephoneService.DecidedAsync(service, MediaClient.CallId);
    }

    private static async Task AssertUndecidedAsync(HttpService service, string code, string end)
    {
        var call = await TelephoneService.DecidedAsync(service, MediaClient.CallId);
        Assert.Equal("inconclusive", call.GetProperty("decision").GetString());
        Assert.Equal(code, call.GetProperty("code").GetString());
        Assert.Equal(end, call.GetProperty("end").GetString());
        Assert.Equal(JsonValueKind.Null, call.GetProperty("verification").ValueKind);
    }
}
