using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Agents;

/// <summary>What agents can ask, by the protocol's own client: of the program on its stdin, and of the service.</summary>
[Collection(TestModelTests.Name)]
public sealed class AgentTests(TestModel model)
{
    private static readonly string[] AllTools =
    [
        "verify_speaker", "calibration_status", "identify_speaker", "list_speakers", "request_enrolment",
        "enrolment_request",
    ];

    [Fact]
    public async Task Program_FromRequestToDecision_EnrolsOnlyWhatAPersonConfirmed()
    {
        using var folder = new TemporaryFolder();
        var speaker = new SpeakerProcess(folder, model.Path);
        var enrolled = WaveFile.Write(folder.File("enrolled.wav"), Sounds.Speech("de", 0, 4));
        var claim = WaveFile.Write(folder.File("claim.wav"), Sounds.Speech("de", 4, 4));
        using var program = Start(speaker);
        await using var client = await ConnectAsync(program);
        Assert.Equal(AllTools, (await client.ListToolsAsync()).Select(tool => tool.Name));
        Assert.Contains("inconclusive", client.ServerInstructions!, StringComparison.Ordinal);

        Assert.Equal("nobodyEnrolled", Code(await CallAsync(client, "identify_speaker", ("file", claim))));
        var request = await CallAsync(client, "request_enrolment", ("speaker", "anna"), ("file", enrolled));
        var id = Text(request, "request");
        Assert.Equal($"speaker jobs confirm {id}", Text(request, "confirm"));

        var shown = speaker.Run("jobs", "show", id, "--save", folder.File("heard"));
        Assert.Contains($"agent of user {Environment.UserName}", shown.Output, StringComparison.Ordinal);
        Assert.Equal(
            await File.ReadAllBytesAsync(enrolled), await File.ReadAllBytesAsync(folder.File("heard", "1.wav")));
        Assert.Equal(3, speaker.Run("jobs", "show", id, "--save", folder.File("heard")).ExitCode);

        // However often somebody works on the queue: it is held.
        Assert.Equal(0, speaker.Run("worker", "--until-idle").ExitCode);
        Assert.Equal("held", Text(await CallAsync(client, "enrolment_request", ("request", id)), "state"));
        Assert.Equal("unknownSpeaker", Code(await CallAsync(client, "verify_speaker", ("speaker", "anna"), ("file", claim))));

        Assert.Equal(id, Text(speaker.Run("jobs", "confirm", id, "--json").Json, "id"));
        Assert.Equal(0, speaker.Run("worker", "--until-idle").ExitCode);
        Assert.Equal("done", Text(await CallAsync(client, "enrolment_request", ("request", id)), "state"));
        var decided = await CallAsync(client, "verify_speaker", ("speaker", "anna"), ("file", claim));
        var verb = speaker.Run("verify", "anna", claim, "--json").Json;
        Assert.Equal(Without(verb, "file"), Without(decided, "file"));
        var listed = await CallAsync(client, "list_speakers");
        Assert.Equal("anna", Text(Assert.Single(listed.GetProperty("speakers").EnumerateArray()), "speaker"));
        var status = await CallAsync(client, "calibration_status");
        Assert.Equal(1, status.GetProperty("enrolled").GetInt32());
        Assert.Equal(
            verb.GetProperty("threshold").GetDouble(),
            status.GetProperty("verification").GetProperty("threshold").GetDouble());
        Assert.Contains(
            $"\"actor\":\"agent of user {Environment.UserName}\"", speaker.Run("audit", "list", "--json").Output,
            StringComparison.Ordinal);

        program.StandardInput.Close();
        SpeakerProcess.WaitForExit(program);
        Assert.Equal(0, program.ExitCode);
    }

    [Fact]
    public async Task Program_WhatItCannotUse_IsSaid()
    {
        using var folder = new TemporaryFolder();
        var speaker = new SpeakerProcess(folder, model.Path);
        using var program = Start(speaker);
        await using var client = await ConnectAsync(program);
        var text = folder.File("notes.txt");
        await File.WriteAllTextAsync(text, "a secret that no message repeats");
        var pipe = folder.File("pipe");
        using (var made = Process.Start("mkfifo", pipe))
        {
            made.WaitForExit();
        }

        var silence = WaveFile.Write(folder.File("silence.wav"), new float[32_000]);

        foreach (var (expected, tool, arguments) in ((string, string, (string, object)[])[])
                 [
                     ("invalidArgument", "verify_speaker", [("speaker", "anna")]),
                     ("invalidArgument", "verify_speaker", [("file", silence)]),
                     ("invalidArgument", "verify_speaker", [("speaker", 3), ("file", silence)]),
                     ("invalidArgument", "verify_speaker", [("speaker", "anna"), ("audio", "no base64!")]),
                     ("invalidArgument", "verify_speaker", [("speaker", "a/b"), ("file", silence)]),
                     ("invalidArgument", "verify_speaker", [("speaker", "anna"), ("file", silence), ("far", 0.1)]),
                     ("invalidArgument", "identify_speaker", [("file", silence), ("audio", "UklGRg==")]),
                     ("unreadableRecording", "request_enrolment", [("speaker", "anna"), ("file", folder.File("none.wav"))]),
                     ("unreadableRecording", "request_enrolment", [("speaker", "anna"), ("file", text)]),
                     ("unreadableRecording", "request_enrolment", [("speaker", "anna"), ("file", "/dev/zero")]),
                     ("unreadableRecording", "request_enrolment", [("speaker", "anna"), ("file", pipe)]),
                     ("invalidArgument", "request_enrolment", [("speaker", "anna"), ("file", "")]),
                     ("silent", "request_enrolment", [("speaker", "anna"), ("file", silence)]),
                     ("unknownRequest", "enrolment_request", [("request", "0123")]),
                 ])
        {
            var answer = await client.CallToolAsync(tool, arguments.ToDictionary(each => each.Item1, each => (object?)each.Item2));
            Assert.True(answer.IsError);
            Assert.Equal(expected, Text(answer.StructuredContent!.Value, "code"));
            var said = answer.StructuredContent.Value.GetRawText();
            Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
            Assert.DoesNotContain(
                Convert.ToHexString("a secret"u8), said, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Empty(speaker.Run("jobs", "list", "--json").Lines);
    }

    [Fact]
    public async Task Service_EachKey_IsOfferedItsToolsAndItsTenantAlone()
    {
        var (all, allKey) = HttpService.KeyOf("enrol", "verify", "identify", "admin");
        var (other, otherKey) = HttpService.KeyOf("verify", "admin", "enrol");
        var (identify, identifyKey) = HttpService.KeyOf("identify");
        await using var service = await HttpService.StartAsync(
            model.Path, null, [all, other with { Tenant = "other" }, identify], ("Agents", "true"),
            ("RejectionsBeforeLockOut", "2"), ("Speaker:Verification:Threshold", "0.0000001"));
        await using var client = await ConnectAsync(service, allKey);
        Assert.Equal(AllTools, (await client.ListToolsAsync()).Select(tool => tool.Name));
        await using var narrow = await ConnectAsync(service, identifyKey);
        Assert.Equal(["identify_speaker"], (await narrow.ListToolsAsync()).Select(tool => tool.Name));
        await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(narrow, "list_speakers"));
        using var keyless = await service.Client.PostAsync("/mcp", HttpService.Body("{}"u8.ToArray(), "application/json"));
        Assert.Equal(401, (int)keyless.StatusCode);

        // A path of the service's machine is nobody's business.
        Assert.Equal("invalidArgument", Code(await CallAsync(client, "identify_speaker", ("file", "/etc/passwd"))));
        var sound = Convert.ToBase64String(await HttpService.Speech("de").ReadAsByteArrayAsync());
        var request = await CallAsync(client, "request_enrolment", ("speaker", "anna"), ("audio", sound));
        await service.WorkAsync();
        Assert.Equal("held", Text(await CallAsync(client, "enrolment_request", ("request", Text(request, "request"))), "state"));
        Assert.True(await service.Queue.ConfirmAsync(Text(request, "request"), default));
        await service.WorkAsync();
        var claim = Convert.ToBase64String(await HttpService.Speech("de", 4).ReadAsByteArrayAsync());
        var decided = await CallAsync(client, "verify_speaker", ("speaker", "anna"), ("audio", claim));
        var answered = await HttpService.JsonAsync(
            await service.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v1/speakers/anna/verify")
            {
                Content = HttpService.Speech("de", 4),
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", allKey) },
            }),
            200);
        Assert.Equal(Without(answered, "file"), Without(decided, "file"));

        await using var stranger = await ConnectAsync(service, otherKey);
        Assert.Equal(0, (await CallAsync(stranger, "list_speakers")).GetProperty("enrolled").GetInt32());
        Assert.Equal(
            "unknownRequest",
            Code(await CallAsync(stranger, "enrolment_request", ("request", Text(request, "request")))));

        // Counted as every claim is: with the two rejections from both doors the speaker cannot be claimed for a while.
        Assert.Equal("reject", Text(decided, "decision"));
        Assert.Equal("lockedOut", Code(await CallAsync(client, "verify_speaker", ("speaker", "anna"), ("audio", claim))));
    }

    [Fact]
    public async Task Service_WithoutTheSetting_HasNoSuchAddress()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await HttpService.ProblemAsync(
            await service.Client.PostAsync("/mcp", HttpService.Body("{}"u8.ToArray(), "application/json")), 404, "notFound");
    }

    private static Process Start(SpeakerProcess speaker)
    {
        var start = speaker.Prepare([], "mcp");
        start.RedirectStandardInput = true;
        var program = Process.Start(start)!;
        program.BeginErrorReadLine();
        return program;
    }

    private static Task<McpClient> ConnectAsync(Process program) => McpClient.CreateAsync(
        new StreamClientTransport(program.StandardInput.BaseStream, program.StandardOutput.BaseStream));

    private static async Task<McpClient> ConnectAsync(HttpService service, string key) => await McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(service.Client.BaseAddress!, "/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        }));

    private static async Task<JsonElement> CallAsync(
        McpClient client, string tool, params (string Name, string Value)[] arguments) =>
        (await client.CallToolAsync(tool, arguments.ToDictionary(each => each.Name, each => (object?)each.Value)))
        .StructuredContent!.Value;

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static string Code(JsonElement json) => Text(json, "code");

    private static string Without(JsonElement json, string name) =>
        string.Join('\n', json.EnumerateObject().Where(property => property.Name != name));
}
