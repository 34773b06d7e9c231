using System.Text.Json;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http;

/// <summary>A recording that the service heard before is no new one, unless a setting says so.</summary>
[Collection(TestModelTests.Name)]
public sealed class ReplayOverHttpTests(TestModel model)
{
    [Fact]
    public async Task Verify_EnrolledRecording_IsReplayedAndCountsAgainstTheSpeaker()
    {
        await using var service = await HttpService.StartAsync(model.Path, settings: ("RejectionsBeforeLockOut", "2"));
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        for (var i = 0; i < 2; i++)
        {
            var answer = await HttpService.JsonAsync(
                await service.VerifyAsync("anna", HttpService.Wav(Sounds.Speech("de", 0, 4)[4000..])), 200);
            Assert.Equal("reject", answer.GetProperty("decision").GetString());
            Assert.Equal("replayed", answer.GetProperty("code").GetString());
            Assert.Contains(
                "the sound of a recording that is enrolled", answer.GetProperty("reason").GetString()!,
                StringComparison.Ordinal);
        }

        Assert.Equal(
            2,
            await service.MetricAsync(
                "speaker_decisions_total{operation=\"verify\",decision=\"reject\",code=\"replayed\"}"));
        await HttpService.ProblemAsync(
            await service.VerifyAsync("anna", HttpService.Speech("de", 4)), 429, "lockedOut");
    }

    [Fact]
    public async Task Verify_AcceptedRecordingSentAgain_IsReplayedUntilTheSpeakerIsRemoved()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        Assert.Equal("withinThreshold", await VerifyAsync(service, 4));
        Assert.Equal("replayed", await VerifyAsync(service, 4));
        Assert.Equal("withinThreshold", await VerifyAsync(service, 8));

        await HttpService.JsonAsync(await service.Client.DeleteAsync("/v1/speakers/anna"), 200);
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        Assert.Equal("withinThreshold", await VerifyAsync(service, 4));
    }

    [Fact]
    public async Task Verify_CopiesAtATime_ExactlyOneIsAccepted()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        var codes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => VerifyAsync(service, 4)));
        Assert.Single(codes, "withinThreshold");
        Assert.Equal(5, codes.Count(code => code == "replayed"));
    }

    [Fact]
    public async Task Identify_EnrolledRecording_IsReplayedAndNamesNobody()
    {
        await using var service = await HttpService.StartAsync(
            model.Path, settings: ("Speaker:Identification:TargetFar", "0.01"));
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        var answer = await HttpService.JsonAsync(
            await service.Client.PostAsync("/v1/identify", HttpService.Speech("de")), 200);
        Assert.Equal("replayed", answer.GetProperty("code").GetString());
        Assert.Equal("reject", answer.GetProperty("decision").GetString());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("speaker").ValueKind);
    }

    [Fact]
    public async Task Verify_SwitchedOff_AcceptsTheEnrolledRecording()
    {
        await using var service = await HttpService.StartAsync(
            model.Path, settings: ("Speaker:Replay:Enabled", "false"));
        await service.EnrolAsync("anna", HttpService.Speech("de"));
        Assert.Equal("withinThreshold", await VerifyAsync(service, 0));
        Assert.Equal("withinThreshold", await VerifyAsync(service, 0));
    }

    private static async Task<string?> VerifyAsync(HttpService service, int first)
    {
        var answer = await HttpService.JsonAsync(
            await service.VerifyAsync("anna", HttpService.Speech("de", first)), 200);
        return answer.GetProperty("code").GetString();
    }
}
