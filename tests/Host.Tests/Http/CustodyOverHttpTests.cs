using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http;

/// <summary>Consent, and whose request the audit log tells of.</summary>
[Collection(TestModelTests.Name)]
public sealed class CustodyOverHttpTests(TestModel model)
{
    [Fact]
    public async Task Enrolment_WithoutTheConsentThatIsRequired_IsRefusedWithItsCode()
    {
        await using var service = await HttpService.StartAsync(
            model.Path, settings: ("Speaker:Enrolment:RequireConsent", "true"));
        await HttpService.ProblemAsync(
            await service.EnrolAsync("anna", HttpService.Speech("de", 0)), 422, "noConsent");
        var form = HttpService.Form(HttpService.Speech("de", 0));
        form.Add(new StringContent("form 7"), "consent");
        await HttpService.JsonAsync(await service.Client.PostAsync("/v1/speakers/anna/utterances", form), 201);
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de", 4)), 200);
    }

    [Fact]
    public async Task AuditLog_OfRequests_HasTheIdsOfTheirKeys()
    {
        await using var service = await HttpService.StartAsync(model.Path);
        await HttpService.JsonAsync(await service.EnrolAsync("anna", HttpService.Speech("de", 0)), 201);
        var (kept, presented) = HttpService.KeyOf("admin", "enrol");
        service.Keys.Write([kept]);
        var removal = new HttpRequestMessage(HttpMethod.Delete, "/v1/speakers/anna");
        removal.Headers.Authorization = new("Bearer", presented);
        await HttpService.JsonAsync(await service.Client.SendAsync(removal), 200);
        Assert.Equal(
            ["http", $"key {kept.Id}"],
            (await HelperProcess.OpenStore(service.Store).ReadAuditAsync(0, 9, default)).Select(entry => entry.Actor));
    }
}
