using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Speaker.Enrolment.Audit;
using Speaker.Host.House.Voices;
using Speaker.Host.House.Wyoming;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.House;

/// <summary>The protocol as an assistant sees it, over a real connection, with voices that are known or not by
/// arrangement.</summary>
public sealed class WyomingSessionTests
{
    private static readonly ISpeakerRecognizer Anna =
        RecognizerStub.Of(Outcome.Accepted, "anna", Reason.WithinThreshold);

    private static readonly ISpeakerRecognizer Stranger =
        RecognizerStub.Of(Outcome.Rejected, null, Reason.BeyondThreshold);

    private static readonly float[] Second = new float[16000];

    [Fact]
    public async Task Describe_Upstream_HasItsModelsUnderOurName()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(Anna, upstream.Port);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("{\"type\":\"describe\"}\n");
        var info = await client.ReadAsync();
        Assert.Equal("info", info!.Type);
        // Nothing but speech recognition: the upstream's other services are not behind this address.
        Assert.Equal(["asr"], info.Data.Select(member => member.Key));
        var program = Assert.Single((JsonArray)info.Data["asr"]!)!.AsObject();
        Assert.Equal("speaker kitchen", (string)program["name"]!);
        Assert.True((bool)program["installed"]!);
        Assert.False((bool)program["supports_transcript_streaming"]!);
        Assert.Equal(["name", "url"], program["attribution"]!.AsObject().Select(member => member.Key));
        Assert.True(
            JsonNode.DeepEquals(WyomingUpstream.Models(), program["models"]), program["models"]!.ToJsonString());
        // The connection goes on.
        await client.SendAsync(new WyomingEvent(WyomingEvent.Ping, new JsonObject { ["text"] = "x" }));
        var pong = await client.ReadAsync();
        Assert.Equal(("pong", "x"), (pong!.Type, pong.Text("text")));
    }

    [Fact]
    public async Task Transcribe_WithItsSound_ReachesTheUpstreamAsItIs()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(Anna, upstream.Port);
        Assert.Equal(WyomingUpstream.Words, await proxy.AskAsync(Second));
        Assert.Equal(
            ["transcribe", "audio-start", "audio-stop"], upstream.Received.Select(received => received.Type));
        Assert.Equal("en", upstream.Received.First().Text("language"));
        Assert.Equal(16000, upstream.Received.ElementAt(1).Number("rate"));
        Assert.Equal([2 * Second.Length], upstream.Sounds);
        Assert.Equal(
            new HeardVoice("kitchen", new VoiceDecision(Outcome.Accepted, "anna", 0.25, 2.5, "withinThreshold"), true),
            Assert.Single(await proxy.HeardAsync(1)));
    }

    [Fact]
    public async Task Transcribe_SeveralOnOneConnection_EachIsJudgedForItself()
    {
        var voices = new Queue<Decision>(
        [
            RecognizerStub.DecisionOf(Outcome.Accepted, "anna", Reason.WithinThreshold),
            RecognizerStub.DecisionOf(Outcome.Rejected, null, Reason.BeyondThreshold),
            RecognizerStub.DecisionOf(Outcome.Accepted, "boris", Reason.WithinThreshold),
        ]);
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(
            RecognizerStub.Of((_, _) => Task.FromResult(voices.Dequeue())), upstream.Port,
            options => options.Tag = "{speaker}: ");
        using var client = await proxy.ConnectAsync();
        foreach (var expected in (string[])["anna: open the door", "", "boris: open the door"])
        {
            await client.StartAsync();
            await client.SayAsync(Second);
            await client.SendAsync(new WyomingEvent(WyomingEvent.AudioStop));
            Assert.Equal(expected, await client.TranscriptAsync());
        }
    }

    [Fact]
    public async Task Transcribe_WithoutAudio_HasNoWords()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(Anna, upstream.Port);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(new WyomingEvent(WyomingEvent.Transcribe));
        await client.SendAsync(new WyomingEvent(WyomingEvent.AudioStop));
        Assert.Equal("", await client.TranscriptAsync());
        Assert.Empty(upstream.Received);
        Assert.Empty(proxy.Heard);
    }

    [Fact]
    public async Task Transcribe_ClientThatEndsItsSide_StillGetsTheWords()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(Anna, upstream.Port);
        using var client = await proxy.ConnectAsync();
        await client.StartAsync();
        await client.SayAsync(Second);
        await client.SendAsync(new WyomingEvent(WyomingEvent.AudioStop));
        client.EndSending();
        Assert.Equal(WyomingUpstream.Words, await client.TranscriptAsync());
        Assert.Null(await client.ReadAsync());
    }

    /// <summary>An upstream that joins the sound of both would write down the first, whose voice nobody
    /// judges.</summary>
    [Fact]
    public async Task AudioStart_Twice_EndsTheConnectionWithoutWords()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(Anna, upstream.Port);
        using var client = await proxy.ConnectAsync();
        await client.StartAsync();
        await client.SayAsync(Second);
        await client.StartAsync();
        Assert.Contains("audio-start came within an utterance", await client.RefusedAsync(), StringComparison.Ordinal);
        Assert.Empty(proxy.Heard);
    }

    [Theory]
    [InlineData(7999, 2, 1, "rate = 7999, must be a whole number from 8,000 to 48,000")]
    [InlineData(48001, 2, 1, "rate = 48001")]
    [InlineData(16000, 0, 1, "width = 0, must be a whole number from 1 to 4")]
    [InlineData(16000, 5, 1, "width = 5")]
    [InlineData(16000, 2, 0, "channels = 0, must be a whole number from 1 to 2")]
    [InlineData(16000, 2, 3, "channels = 3")]
    public async Task AudioStart_FormatThatIsNotTaken_SaysWhatIs(int rate, int width, int channels, string said)
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(Anna, upstream.Port);
        using var client = await proxy.ConnectAsync();
        await client.StartAsync(rate, width, channels);
        Assert.Contains(said, await client.RefusedAsync(), StringComparison.Ordinal);
        Assert.Empty(upstream.Received);
    }

    [Theory]
    [InlineData("{\"type\":\"audio-start\"}\n", "rate = null, must be a whole number")]
    [InlineData("{\"type\":\"audio-start\",\"data\":{\"rate\":\"16000\",\"width\":2,\"channels\":1}}\n", "rate = \"16000\"")]
    [InlineData("{\"type\":\"audio-chunk\",\"payload_length\":2}\nab", "audio-chunk came outside of an utterance")]
    [InlineData("not json\n", "no JSON")]
    [InlineData("{\"type\":\"transcribe\",\"data\":{\"language\":\"\\ud800\"}}\n", "no JSON")]
    [InlineData("{\"type\":\"audio-chunk\",\"payload_length\":2097153}\n", "payload_length = 2097153, must be from 0 to")]
    [InlineData("{\"type\":\"describe\",\"data_length\":1048577}\n", "data_length = 1048577, must be from 0 to")]
    public async Task Read_WhatIsAgainstTheRules_EndsTheConnectionWithTheReason(string bytes, string said)
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(Anna, upstream.Port);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(bytes);
        Assert.Contains(said, await client.RefusedAsync(), StringComparison.Ordinal);
        // The service goes on.
        Assert.Equal(WyomingUpstream.Words, await proxy.AskAsync(Second));
    }

    /// <summary>What a client sends is as long as it likes; what is said of it, and logged, is not.</summary>
    [Theory]
    [InlineData("{\"type\":\"audio-start\",\"data\":{\"rate\":\"#\"}}\n", "rate = \"xxxxx")]
    [InlineData("{\"type\":\"describe\",\"data_length\":\"#\"}\n", "data_length = \"xxxxx")]
    public async Task Read_ValueThatIsVeryLong_IsShownInPart(string bytes, string said)
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(Anna, upstream.Port);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(bytes.Replace("#", new string('x', 60_000), StringComparison.Ordinal));
        var refused = await client.RefusedAsync();
        Assert.Contains(said, refused, StringComparison.Ordinal);
        Assert.Contains("x…, must be", refused, StringComparison.Ordinal);
        Assert.True(refused.Length < 200, refused);
        Assert.True(proxy.Said().Length < 1000, proxy.Said());
    }

    [Theory]
    [InlineData("{\"rate\":8000}", "abcd", "rate of audio-chunk = 8000, must be 16000, as in audio-start")]
    [InlineData("{\"channels\":2}", "abcd", "channels of audio-chunk = 2")]
    [InlineData("{\"width\":1}", "abcd", "width of audio-chunk = 1")]
    [InlineData("{}", "abc", "payload_length = 3, must be a multiple of 2")]
    public async Task AudioChunk_OtherSoundThanAudioStartSaid_EndsTheConnection(string data, string sound, string said)
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(Anna, upstream.Port);
        using var client = await proxy.ConnectAsync();
        await client.StartAsync();
        await client.SendAsync(
            $"{{\"type\":\"audio-chunk\",\"data\":{data},\"payload_length\":{sound.Length}}}\n{sound}");
        Assert.Contains(said, await client.RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AudioChunk_MoreSecondsThanAnUtteranceMayHave_EndsTheConnection()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(Anna, upstream.Port, options => options.MaximumSeconds = 1);
        Assert.Equal(WyomingUpstream.Words, await proxy.AskAsync(Second));
        using var client = await proxy.ConnectAsync();
        await client.StartAsync();
        await client.SayAsync(new float[16001]);
        Assert.Contains(
            "longer than Speaker:House:MaximumSeconds = 1", await client.RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AudioStop_Missing_ClientThatGoesLeavesNothingBehind()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(
            Anna, upstream.Port, options => options.MaximumConnections = 1);
        using (var client = await proxy.ConnectAsync())
        {
            await client.StartAsync();
            await client.SayAsync(Second);
        }

        // The only place is free again once the connection is noticed to be gone.
        await RunningService.WaitAsync(
            async () =>
            {
                using var next = await proxy.ConnectAsync();
                await next.SendAsync(new WyomingEvent(WyomingEvent.AudioStop));
                return (await next.ReadAsync())?.Type == WyomingEvent.Transcript;
            },
            proxy.Said);
        Assert.Empty(proxy.Heard);
    }

    [Fact]
    public async Task Read_ClientThatSendsNothing_IsEndedAndCannotKeepItsPlace()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(
            Anna, upstream.Port, options => options.IdleSeconds = 1);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("{\"type\":\"audio-chunk\",\"payload_length\":1000}\nabc");
        Assert.Null(await client.ReadAsync());
        await proxy.WaitAsync(168);
    }

    [Fact]
    public async Task Describe_UpstreamThatIsSlow_IsNotTheClientsIdleness()
    {
        using var upstream = new WyomingUpstream(UpstreamManner.Slow);
        await using var proxy = await HouseProxy.StartAsync(
            Anna, upstream.Port, options => options.IdleSeconds = 1);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("{\"type\":\"describe\"}\n");
        Assert.Equal("info", (await client.ReadAsync())?.Type);
        await client.SendAsync(new WyomingEvent(WyomingEvent.Ping));
        Assert.Equal("pong", (await client.ReadAsync())?.Type);
    }

    [Fact]
    public async Task Transcript_ClientThatIsGone_NobodyIsToldThatItPassed()
    {
        using var upstream = new WyomingUpstream();
        var voice = new TaskCompletionSource<Decision>();
        var actor = "";
        await using var proxy = await HouseProxy.StartAsync(
            RecognizerStub.Of((_, _) =>
            {
                actor = AuditActor.Current;
                return voice.Task;
            }),
            upstream.Port, options => options.RecognitionSeconds = 60);
        using var client = await proxy.ConnectAsync();
        await client.StartAsync();
        await client.SayAsync(Second);
        await client.SendAsync(new WyomingEvent(WyomingEvent.AudioStop));
        await RunningService.WaitAsync(() => !upstream.Sounds.IsEmpty && actor.Length > 0, proxy.Said);
        client.Reset();
        voice.SetResult(RecognizerStub.DecisionOf(Outcome.Accepted, "anna", Reason.WithinThreshold));
        await proxy.WaitAsync(170);
        Assert.Empty(proxy.Heard);
        Assert.Equal("house kitchen", actor);
    }

    [Fact]
    public async Task Connect_MoreThanMayBeAtATime_AreEndedAtOnce()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(
            Anna, upstream.Port, options => options.MaximumConnections = 1);
        using var first = await proxy.ConnectAsync();
        await first.SendAsync(new WyomingEvent(WyomingEvent.Ping));
        Assert.Equal("pong", (await first.ReadAsync())!.Type);
        using var second = await proxy.ConnectAsync();
        Assert.Null(await second.ReadAsync());
        await proxy.WaitAsync(169);
    }

    [Fact]
    public async Task Transcribe_TwoClientsAtOnce_EachGetsItsOwnWords()
    {
        using var upstream = new WyomingUpstream();
        var both = new TaskCompletionSource();
        var asked = 0;
        await using var proxy = await HouseProxy.StartAsync(
            RecognizerStub.Of(async (_, cancellation) =>
            {
                // Neither is answered before both are asked.
                var mine = Interlocked.Increment(ref asked);
                if (mine == 2)
                {
                    both.SetResult();
                }

                await both.Task.WaitAsync(cancellation);
                return mine == 1
                    ? RecognizerStub.DecisionOf(Outcome.Accepted, "anna", Reason.WithinThreshold)
                    : RecognizerStub.DecisionOf(Outcome.Rejected, null, Reason.BeyondThreshold);
            }),
            upstream.Port, options => options.RecognitionSeconds = 60);
        var words = await Task.WhenAll(proxy.AskAsync(Second), proxy.AskAsync(Second));
        Assert.Equal(["", WyomingUpstream.Words], words.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Transcript_PartsThatComeBefore_DoNotPass()
    {
        using var upstream = new WyomingUpstream(UpstreamManner.Streaming);
        await using var proxy = await HouseProxy.StartAsync(Stranger, upstream.Port);
        Assert.Equal("", await proxy.AskAsync(Second));
    }

    [Theory]
    [InlineData(true, WyomingUpstream.Words)]
    [InlineData(false, "")]
    public async Task Transcript_BeforeTheSoundEnds_IsJudgedOnTheSoundSoFar(bool isKnown, string words)
    {
        using var upstream = new WyomingUpstream(UpstreamManner.Early);
        await using var proxy = await HouseProxy.StartAsync(isKnown ? Anna : Stranger, upstream.Port);
        using var client = await proxy.ConnectAsync();
        await client.StartAsync();
        await client.SayAsync(Second);
        Assert.Equal(words, await client.TranscriptAsync());
        // The rest of the sound is nobody's, and a further utterance is one of its own.
        await client.SayAsync(Second);
        await client.SendAsync(new WyomingEvent(WyomingEvent.AudioStop));
        await client.StartAsync();
        await client.SayAsync(Second);
        Assert.Equal(words, await client.TranscriptAsync());
        Assert.Equal(2, (await proxy.HeardAsync(2)).Count);
    }

    [Theory]
    [InlineData(nameof(UpstreamManner.Vanishing))]
    [InlineData(nameof(UpstreamManner.Silent))]
    [InlineData(nameof(UpstreamManner.Failing))]
    public async Task Transcript_UpstreamThatFails_IsAnErrorWithoutWords(string manner)
    {
        using var upstream = new WyomingUpstream(Enum.Parse<UpstreamManner>(manner));
        await using var proxy = await HouseProxy.StartAsync(
            Anna, upstream.Port, options => options.UpstreamSeconds = 1);
        using var client = await proxy.ConnectAsync();
        await client.StartAsync();
        await client.SayAsync(Second[..1024]);
        if (manner != nameof(UpstreamManner.Vanishing))
        {
            await client.SendAsync(new WyomingEvent(WyomingEvent.AudioStop));
        }

        Assert.DoesNotContain(WyomingUpstream.Words, await client.RefusedAsync("upstream"), StringComparison.Ordinal);
        await proxy.WaitAsync(167);
        Assert.Empty(proxy.Heard);
        Assert.DoesNotContain(WyomingUpstream.Words, proxy.Said(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"type\":\"describe\"}\n")]
    [InlineData("{\"type\":\"audio-start\",\"data\":{\"rate\":16000,\"width\":2,\"channels\":1}}\n")]
    public async Task Read_UpstreamThatIsNotThere_IsAnError(string bytes)
    {
        int port;
        using (var gone = new WyomingUpstream())
        {
            port = gone.Port;
        }

        await using var proxy = await HouseProxy.StartAsync(Anna, port);
        using var client = await proxy.ConnectAsync();
        await client.SendAsync(bytes);
        await client.RefusedAsync("upstream");
    }

    [Fact]
    public async Task Stop_WithSessions_EndsThem()
    {
        using var upstream = new WyomingUpstream(UpstreamManner.Silent);
        await using var proxy = await HouseProxy.StartAsync(Anna, upstream.Port);
        using var idle = await proxy.ConnectAsync();
        using var speaking = await proxy.ConnectAsync();
        await speaking.StartAsync();
        using var waiting = await proxy.ConnectAsync();
        await waiting.StartAsync();
        await waiting.SayAsync(Second);
        await waiting.SendAsync(new WyomingEvent(WyomingEvent.AudioStop));
        await RunningService.WaitAsync(() => upstream.Received.Any(each => each.Type == "audio-stop"), proxy.Said);
        await proxy.StopAsync();
        Assert.Null(await idle.ReadAsync());
        Assert.Null(await speaking.ReadAsync());
        Assert.Null(await waiting.ReadAsync());
        await Assert.ThrowsAnyAsync<SocketException>(proxy.ConnectAsync);
    }

    [Fact]
    public async Task Listen_AddressThatAnotherHas_IsTriedAgain()
    {
        using var upstream = new WyomingUpstream();
        var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var proxy = HouseProxy.Begin(Anna, upstream.Port, options =>
        {
            options.Listen = $"kitchen=127.0.0.1:{port}";
            options.RetrySeconds = 0.05;
        });
        await proxy.WaitAsync(164);
        other.Dispose();
        await proxy.ListeningAsync();
        Assert.Equal(port, proxy.Address.Port);
        Assert.Equal(WyomingUpstream.Words, await proxy.AskAsync(Second));
    }

    /// <summary>Whatever goes wrong, words do not pass, and the assistant is told nothing but that there are
    /// none.</summary>
    [Theory]
    [InlineData("throws", "failed")]
    [InlineData("throwsAtOnce", "failed")]
    [InlineData("hangs", "timedOut")]
    [InlineData("blocks", "timedOut")]
    [InlineData("gaveUp", "timedOut")]
    [InlineData("tooShort", "tooShort")]
    [InlineData("nobody", "nobodyEnrolled")]
    [InlineData("replayed", "replayed")]
    public async Task Transcript_VoiceThatIsNotKnown_IsWithheld(string fault, string reason)
    {
        using var upstream = new WyomingUpstream();
        using var release = new ManualResetEventSlim();
        await using var proxy = await HouseProxy.StartAsync(
            RecognizerStub.Of((_, cancellation) => fault switch
            {
                "throws" => Task.FromException<Decision>(new StoreException(StoreProblem.InUse, "in use")),
                "throwsAtOnce" => throw new InvalidOperationException("damaged"),
                // As one that waits for a place among the recordings that are worked on.
                "hangs" => new TaskCompletionSource<Decision>().Task,
                "blocks" => Blocked(),
                "gaveUp" => Task.Delay(Timeout.Infinite, cancellation).ContinueWith<Decision>(
                    _ => throw new OperationCanceledException(cancellation), TaskScheduler.Default),
                "tooShort" => Of(Outcome.Inconclusive, Reason.TooShort),
                "nobody" => Of(Outcome.Inconclusive, Reason.NobodyEnrolled),
                _ => Of(Outcome.Rejected, Reason.Replayed),
            }),
            upstream.Port, options => options.RecognitionSeconds = reason == "timedOut" ? 0.2 : 60);
        Assert.Equal("", await proxy.AskAsync(Second));
        var heard = Assert.Single(await proxy.HeardAsync(1));
        Assert.Equal((reason, false, null), (heard.Voice.Reason, heard.Passed, heard.Voice.Speaker));
        release.Set();

        Task<Decision> Blocked()
        {
            release.Wait();
            return Of(Outcome.Accepted, Reason.WithinThreshold);
        }

        static Task<Decision> Of(Outcome outcome, Reason reason) =>
            Task.FromResult(RecognizerStub.DecisionOf(outcome, "anna", reason));
    }

    [Theory]
    [InlineData("anna", "anna")]
    [InlineData("anna;boris", null)]
    public async Task Transcript_OneWhoMayPass_IsVerifiedAndNotIdentified(string allowed, string? claimed)
    {
        var asked = new List<string?>();
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(
            RecognizerStub.Of((speaker, _) =>
            {
                asked.Add(speaker);
                return Task.FromResult(RecognizerStub.DecisionOf(Outcome.Accepted, "anna", Reason.WithinThreshold));
            }),
            upstream.Port, options => (options.Policy, options.Allowed) = ("allowedOnly", allowed));
        Assert.Equal(WyomingUpstream.Words, await proxy.AskAsync(Second));
        Assert.Equal([claimed], asked);
    }
}
