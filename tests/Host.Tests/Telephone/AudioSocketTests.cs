using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Telephone;

/// <summary>Asterisk's AudioSocket over real connections.</summary>
[Collection(TestModelTests.Name)]
public sealed class AudioSocketTests(TestModel model)
{
    private static readonly byte[] HangUp = [0, 0, 0];

    [Theory]
    [InlineData(0x10, 8000)]
    [InlineData(0x12, 16_000)]
    [InlineData(0x16, 48_000)]
    public async Task Call_OfARecording_GetsTheAnswerOfTheFileAndIsHungUp(byte kind, int rate)
    {
        var sound = CallSound.Of("L16", rate);
        await using var service = await TelephoneService.StartAsync(model);
        var file = await TelephoneService.FileAnswerAsync(service, sound);
        var id = await TelephoneService.AnnounceAsync(service);
        using var connection = Connect(service);
        await SendAsync(connection, [.. Uuid(id), .. Frame(0x03, [(byte)'5'])]);
        foreach (var frame in sound.Frames)
        {
            await SendAsync(connection, Frame(kind, frame));
        }

        await SendAsync(connection, HangUp);
        Assert.Equal(HangUp, await ReadToEndAsync(connection));
        var call = await TelephoneService.DecidedAsync(service, id);
        TelephoneService.AssertSame(file, call);
        Assert.Equal("audioSocket", call.GetProperty("source").GetString());
        Assert.Equal("stop", call.GetProperty("end").GetString());
    }

    [Fact]
    public async Task Call_ClosedBetweenFrames_IsHungUpAndClosedWithinOneIsBroken()
    {
        var sound = CallSound.Of("L16", 8000);
        await using var service = await TelephoneService.StartAsync(model);
        foreach (var isWhole in (bool[])[true, false])
        {
            var id = await TelephoneService.AnnounceAsync(service);
            using var connection = Connect(service);
            await SendAsync(connection, [.. Uuid(id), .. sound.Frames.SelectMany(frame => Frame(0x10, frame))]);
            if (!isWhole)
            {
                await SendAsync(connection, Frame(0x10, sound.Frames[0])[..10]);
            }

            connection.Client.Shutdown(SocketShutdown.Send);
            var call = await TelephoneService.DecidedAsync(service, id);
            Assert.Equal(isWhole ? "accept" : "inconclusive", call.GetProperty("decision").GetString());
            Assert.Equal(isWhole ? "stop" : "disconnect", call.GetProperty("end").GetString());
        }
    }

    [Theory]
    [InlineData("error", "disconnected")]
    [InlineData("rate", "rateChanged")]
    [InlineData("uuid", "startedTwice")]
    [InlineData("odd", "incompleteSample")]
    [InlineData("long", "oversizedPayload")]
    [InlineData("idle", "idle")]
    public async Task Call_WithWhatCannotBe_EndsInconclusive(string what, string code)
    {
        var sound = CallSound.Of("L16", 8000);
        await using var service = await TelephoneService.StartAsync(
            model, ("Speaker:Telephone:IdleSeconds", what == "idle" ? "1" : "60"));
        var id = await TelephoneService.AnnounceAsync(service);
        using var connection = Connect(service);
        await SendAsync(connection, [.. Uuid(id), .. sound.Frames.SelectMany(frame => Frame(0x10, frame))]);
        await SendAsync(connection, what switch
        {
            "error" => Frame(0xFF, [1]),
            "rate" => Frame(0x12, sound.Frames[0]),
            "uuid" => Uuid(id),
            "odd" => Frame(0x10, [1]),
            "long" => Frame(0x10, new byte[ushort.MaxValue]),
            _ => Frame(0x42, []), // a kind that nobody knows is passed over
        });
        var call = await TelephoneService.DecidedAsync(service, id);
        Assert.Equal("inconclusive", call.GetProperty("decision").GetString());
        Assert.Equal(code, call.GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null, call.GetProperty("verification").ValueKind);
        Assert.Equal(HangUp, await ReadToEndAsync(connection));
    }

    [Fact]
    public async Task Calls_OfAnotherVoiceThatBreakOff_LockTheSpeaker()
    {
        var sound = CallSound.Of("L16", 8000);
        await using var service = await TelephoneService.StartAsync(
            model, ("Speaker:Verification:TargetFar", "0.001"), ("RejectionsBeforeLockOut", "2"),
            ("Speaker:Telephone:LookSeconds", "3"));
        foreach (var code in (string[])["disconnected", "disconnected", "lockedOut"])
        {
            var id = await TelephoneService.AnnounceAsync(service);
            using var connection = Connect(service);
            await SendAsync(
                connection,
                [.. Uuid(id), .. sound.Frames.SelectMany(frame => Frame(0x10, frame)), .. Frame(0xFF, [1])]);
            Assert.Equal(
                code, (await TelephoneService.DecidedAsync(service, id)).GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task Connection_WithoutAnAnnouncedCall_IsHungUpAtOnce()
    {
        var sound = Frame(0x10, CallSound.Of("L16", 8000).Frames[0]);
        await using var service = await TelephoneService.StartAsync(model, ("Speaker:Telephone:StartSeconds", "3"));
        var used = await TelephoneService.AnnounceAsync(service);
        using (var first = Connect(service))
        {
            await SendAsync(first, [.. Uuid(used), .. sound, .. HangUp]);
            await ReadToEndAsync(first);
        }

        var withoutSound = Uuid(await TelephoneService.AnnounceAsync(service));
        await Task.WhenAll(((byte[][])
        [
            [.. Uuid(Guid.NewGuid().ToString()), .. sound], [.. Uuid(used), .. sound], sound,
            [.. Frame(0x01, new byte[15]), .. sound], [], withoutSound, [0x01],
        ]).Select(async bytes =>
        {
            using var connection = Connect(service);
            await SendAsync(connection, bytes);
            Assert.Equal(HangUp, await ReadToEndAsync(connection));
        }));

        Assert.Contains(service.Events.Entries, entry => entry.Message.Contains("unknownCall", StringComparison.Ordinal));
        Assert.Contains(service.Events.Entries, entry => entry.Message.Contains("missingUuid", StringComparison.Ordinal));
        Assert.Contains(service.Events.Entries, entry => entry.Message.Contains("missingStart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connection_BeyondAsManyAsMayBe_IsClosed()
    {
        await using var service = await TelephoneService.StartAsync(model, ("Speaker:Telephone:Calls", "1"));
        using var first = Connect(service);
        await SendAsync(first, [0x01]);
        // The first is taken once a second one is closed; until then the second one may be it.
        using var second = Connect(service);
        Assert.Empty(await ReadToEndAsync(second));
    }

    [Fact]
    public async Task Announce_WhatCannotBe_IsRefusedAndOneIdIsTakenOnce()
    {
        await using var service = await TelephoneService.StartAsync(model, ("Speaker:Telephone:Remembered", "1"));
        const string Id = "40325EC2-5efd-4bd3-805f-53576e581d13";
        await RefusedAsync("{}", 400, "missingSpeaker");
        await RefusedAsync("[]", 400, "invalidRequest");
        await RefusedAsync("""{"speaker":"a/b"}""", 400, "invalidName");
        await RefusedAsync("""{"speaker":"anna","call":"7"}""", 400, "invalidArgument");
        await RefusedAsync("""{"speaker":"anna","webhok":"https://example.com"}""", 400, "invalidRequest");
        await RefusedAsync("""{"speaker":"boris"}""", 404, "unknownSpeaker");
        await HttpService.ProblemAsync(
            await service.Client.PostAsync(
                "/v1/telephone/calls",
                new FormUrlEncodedContent([new("speaker", "anna"), new("webhok", "https://example.com")])),
            400, "invalidArgument");
        await RefusedAsync("""{"speaker":"anna","webhook":"https://example.com"}""", 403, "webhookNotAllowed");
        await RefusedAsync($$"""{"speaker":"anna","correlation":"{{new string('x', 129)}}"}""", 400, "invalidArgument");
        await HttpService.ProblemAsync(
            await service.Client.GetAsync("/v1/telephone/calls/" + Id), 404, "unknownCall");
        var call = await HttpService.JsonAsync(await PostAsync($$"""{"speaker":"anna","call":"{{Id}}"}"""), 201);
        Assert.Equal(Id.ToLowerInvariant(), call.GetProperty("call").GetString());
        await RefusedAsync($$"""{"speaker":"anna","call":"{{Id}}"}""", 409, "callKnown");
        await RefusedAsync("""{"speaker":"anna"}""", 503, "busy");
        Assert.Equal(
            "anna",
            (await HttpService.JsonAsync(await service.Client.GetAsync("/v1/telephone/calls/" + Id), 200))
                .GetProperty("speaker").GetString());

        async Task RefusedAsync(string body, int status, string code) =>
            await HttpService.ProblemAsync(await PostAsync(body), status, code);

        Task<HttpResponseMessage> PostAsync(string body) => service.Client.PostAsync(
            "/v1/telephone/calls", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
    }

    private static TcpClient Connect(HttpService service)
    {
        var client = new TcpClient { NoDelay = true };
        client.Connect(service.AudioSocket!.Place);
        return client;
    }

    private static byte[] Uuid(string id) => Frame(0x01, Guid.Parse(id).ToByteArray(bigEndian: true));

    private static byte[] Frame(byte kind, byte[] payload)
    {
        var frame = new byte[3 + payload.Length];
        frame[0] = kind;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        payload.CopyTo(frame, 3);
        return frame;
    }

    private static async Task SendAsync(TcpClient connection, byte[] bytes) =>
        await connection.GetStream().WriteAsync(bytes);

    /// <summary>What the service sends until it closes; a connection that it resets has ended too.</summary>
    private static async Task<byte[]> ReadToEndAsync(TcpClient connection)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var received = new MemoryStream();
        var buffer = new byte[64];
        try
        {
            while (await connection.GetStream().ReadAsync(buffer, limit.Token) is > 0 and var read)
            {
                received.Write(buffer, 0, read);
            }
        }
        catch (IOException)
        {
            // Reset, because what was sent last was not read.
        }

        return received.ToArray();
    }
}
