using Speaker.Enrolment.Protection;
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
    public async Task Ready_WithoutTheKeyOfTheVoiceprints_IsNot()
    {
        using var folder = new TemporaryFolder();
        var keys = folder.File("templates.keys");
        TemplateKeyFile.AddKey(keys);
        var store = folder.File("voices.db");
        await using (var sealing = await HttpService.StartAsync(
            model.Path, settings: [("Speaker:Protection:KeyFile", keys), ("Speaker:Store:Path", store)]))
        {
            await HttpService.JsonAsync(await sealing.EnrolAsync("anna", HttpService.Speech("de")), 201);
            await HttpService.JsonAsync(await sealing.Client.GetAsync("/health/ready"), 200);

            // While it runs.
            File.Move(keys, keys + ".away");
            await NotReadyAsync(sealing);
            TemplateKeyFile.AddKey(keys);
            await NotReadyAsync(sealing);
            File.Move(keys + ".away", keys, overwrite: true);
            await HttpService.JsonAsync(await sealing.Client.GetAsync("/health/ready"), 200);
        }

        await using var keyless = await HttpService.StartAsync(model.Path, settings: ("Speaker:Store:Path", store));
        await NotReadyAsync(keyless);
        await HttpService.ProblemAsync(
            await keyless.VerifyAsync("anna", HttpService.Speech("de", 4)), 503, "storeKeyMissing");

        static async Task NotReadyAsync(HttpService service)
        {
            var problem = await HttpService.ProblemAsync(
                await service.Client.GetAsync("/health/ready"), 503, "notReady");
            Assert.Contains("KeyMissing", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
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
