using System.Net;
using System.Text.Json;
using Speaker.Host.Keys;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http;

/// <summary>What tenants must not see of each other, whatever keeps their voiceprints.</summary>
public abstract class TenantIsolation
{
    private const string Acme = "acme-1";
    private const string Beta = "beta";

    private readonly List<ApiKey> _kept = [];
    private readonly Dictionary<string, string> _keys = [];

    protected TenantIsolation()
    {
        foreach (var tenant in (string[])["", Acme, Beta])
        {
            var (kept, key) = HttpService.KeyOf("enrol", "verify", "identify", "admin");
            _kept.Add(kept with { Tenant = tenant });
            _keys[tenant] = key;
        }
    }

    /// <summary>Path of a model that accepts nearly everybody.</summary>
    protected abstract string Model { get; }

    /// <summary>An address; null: a file.</summary>
    protected abstract string? Place { get; }

    [StoreFact]
    public async Task Everything_WithAnotherTenantsKey_FindsNothingAndChangesNothing()
    {
        await using var service = await StartAsync();
        var enrolled = await HttpService.JsonAsync(await EnrolAsync(service, Acme, "anna", "de", 0), 201);
        await HttpService.JsonAsync(await EnrolAsync(service, Beta, "boris", "fr", 0), 201);
        var before = await ShownAsync(service, Acme, "anna");
        var utterance = before.GetProperty("utterances")[0].GetProperty("id").GetInt64();

        foreach (var (tenant, own) in ((string, string[])[])[(Beta, ["boris"]), ("", [])])
        {
            Assert.Equal(own, await ListedAsync(service, tenant));
            var seen = await HttpService.JsonAsync(
                await SendAsync(service, tenant, HttpMethod.Get, "/v1/similarity"), 200);
            Assert.Equal(own, seen.GetProperty("speakers").EnumerateArray().Select(name => name.GetString()!));
            var map = await HttpService.JsonAsync(await SendAsync(service, tenant, HttpMethod.Get, "/v1/map"), 200);
            Assert.Equal(own, map.GetProperty("points").EnumerateArray()
                .Select(point => point.GetProperty("speaker").GetString()!));
            await RefusedAsync(HttpMethod.Get, "/v1/speakers/anna", "unknownSpeaker");
            await RefusedAsync(HttpMethod.Delete, "/v1/speakers/anna", "unknownSpeaker");
            await RefusedAsync(HttpMethod.Delete, $"/v1/speakers/anna/utterances/{utterance}", "unknownUtterance");
            await RefusedAsync(HttpMethod.Post, "/v1/speakers/anna/verify", "unknownSpeaker");
            await RefusedAsync(HttpMethod.Get, "/v1/export?speaker=anna", "unknownSpeaker");

            async Task RefusedAsync(HttpMethod method, string path, string code) => await HttpService.ProblemAsync(
                await SendAsync(
                    service, tenant, method, path, method == HttpMethod.Post ? HttpService.Speech("de", 0) : null),
                404, code);
        }

        // Anna's own recording, where only another is enrolled, and where nobody is.
        var found = await HttpService.JsonAsync(await IdentifyAsync(service, Beta), 200);
        Assert.Equal(["boris"], Candidates(found));
        await HttpService.ProblemAsync(await IdentifyAsync(service, ""), 409, "nobodyEnrolled");
        Assert.Equal(["anna"], Candidates(await HttpService.JsonAsync(await IdentifyAsync(service, Acme), 200)));

        // The same name and the same voice elsewhere are somebody else's.
        var again = await HttpService.JsonAsync(await EnrolAsync(service, Beta, "anna", "de", 0), 201);
        Assert.Equal(JsonValueKind.Null, again.GetProperty("knownAs").ValueKind);
        Assert.Equal(1, again.GetProperty("utterances").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(
            service, Beta, HttpMethod.Delete, "/v1/speakers/anna")).StatusCode);

        // What one exports another may import: then both have it, and each its own.
        var exported = await SendAsync(service, Acme, HttpMethod.Get, "/v1/export");
        Assert.Equal(HttpStatusCode.OK, exported.StatusCode);
        var file = HttpService.Body(await exported.Content.ReadAsByteArrayAsync(), "application/json");
        await HttpService.JsonAsync(await SendAsync(service, "", HttpMethod.Post, "/v1/import", file), 200);
        Assert.Equal(["anna"], await ListedAsync(service, ""));
        await SendAsync(service, "", HttpMethod.Delete, "/v1/speakers/anna");

        Assert.Equal(before.GetRawText(), (await ShownAsync(service, Acme, "anna")).GetRawText());
        Assert.Equal(["anna"], await ListedAsync(service, Acme));
        Assert.Equal(enrolled.GetProperty("model").GetString(), before.GetProperty("model").GetString());
        var metrics = await (await SendAsync(service, Acme, HttpMethod.Get, "/metrics")).Content.ReadAsStringAsync();
        Assert.DoesNotContain(Acme, metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("anna", metrics, StringComparison.Ordinal);
    }

    [StoreFact]
    public async Task LockOut_InOneTenant_DoesNotTouchTheSameNameElsewhere()
    {
        await using var service = await StartAsync(
            ("Speaker:Verification:Threshold", "0.0000001"), ("RejectionsBeforeLockOut", "1"), ("AttemptsPerMinute", "2"),
            ("Speaker:Replay:Enabled", "false"));
        foreach (var tenant in (string[])[Acme, Beta])
        {
            await HttpService.JsonAsync(await EnrolAsync(service, tenant, "anna", "de", 0), 201);
        }

        await HttpService.JsonAsync(await VerifyAsync(Acme, 4), 200);
        await HttpService.ProblemAsync(await VerifyAsync(Acme, 0), 429, "lockedOut");
        await HttpService.JsonAsync(await VerifyAsync(Beta, 0), 200);
        await HttpService.JsonAsync(await VerifyAsync(Beta, 0), 200);
        await HttpService.ProblemAsync(await VerifyAsync(Beta, 0), 429, "rateLimited");

        Task<HttpResponseMessage> VerifyAsync(string tenant, int first) => SendAsync(
            service, tenant, HttpMethod.Post, "/v1/speakers/anna/verify", HttpService.Speech("de", first));
    }

    /// <summary>Stores that are closed for want of room are opened again with what is in them.</summary>
    [StoreFact]
    public async Task Tenants_MoreThanStayOpen_AreServedAlike()
    {
        await using var service = await StartAsync(("OpenTenants", "1"));
        await HttpService.JsonAsync(await EnrolAsync(service, Acme, "anna", "de", 0), 201);
        await HttpService.JsonAsync(await EnrolAsync(service, Beta, "boris", "fr", 0), 201);
        for (var i = 0; i < 3; i++)
        {
            // Side by side too: nobody's store is closed while it is used.
            var answers = await Task.WhenAll(
                IdentifyAsync(service, Acme), IdentifyAsync(service, Beta), IdentifyAsync(service, Acme));
            string[][] candidates = [.. await Task.WhenAll(answers.Select(
                async answer => Candidates(await HttpService.JsonAsync(answer, 200))))];
            Assert.Equal([["anna"], ["boris"], ["anna"]], candidates);
        }
    }

    /// <summary>Of what a file of keys may have in it, if others than this program wrote it.</summary>
    [StoreFact]
    public async Task Key_OfATenantOrAScopeThatThereCannotBe_OpensNothing()
    {
        await using var service = await StartAsync();
        var event120 = 0;
        foreach (var (tenant, scope) in ((string, string)[])
            [("../escaped", "admin"), ("..", "admin"), ("a/b", "admin"), ("Acme", "admin"), ("a\";--", "admin"),
                ("-x", "admin"), (new string('a', 33), "admin"), ("", "adminn"), (Acme, "everything")])
        {
            var (kept, key) = HttpService.KeyOf(scope);
            service.Keys.Write([.. _kept, kept with { Tenant = tenant }]);
            _keys["forged"] = key;
            await HttpService.ProblemAsync(
                await SendAsync(service, "forged", HttpMethod.Get, "/v1/speakers"), 403, "keyUnusable");
            event120++;
            Assert.Equal(event120, service.Events.Entries.Count(entry =>
                entry.Id == 120 && entry.Message.Contains(service.Keys.Path, StringComparison.Ordinal)));
        }

        await HttpService.JsonAsync(await SendAsync(service, "", HttpMethod.Get, "/v1/speakers"), 200);
    }

    private Task<HttpService> StartAsync(params (string Name, string Value)[] settings) => HttpService.StartAsync(
        Model, null, _kept,
        [
            ("Export", "true"), ("Speaker:Identification:TargetFar", "0.05"),
            .. Place is { } place ? ((string, string)[])[("Speaker:Store:Path", place)] : [],
            .. settings,
        ]);

    private Task<HttpResponseMessage> SendAsync(
        HttpService service, string tenant, HttpMethod method, string path, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("X-Api-Key", _keys[tenant]);
        return service.Client.SendAsync(request);
    }

    private Task<HttpResponseMessage> EnrolAsync(
        HttpService service, string tenant, string speaker, string language, int first) => SendAsync(
        service, tenant, HttpMethod.Post, $"/v1/speakers/{speaker}/utterances", HttpService.Speech(language, first));

    private Task<HttpResponseMessage> IdentifyAsync(HttpService service, string tenant) =>
        SendAsync(service, tenant, HttpMethod.Post, "/v1/identify", HttpService.Speech("de", 0));

    private async Task<JsonElement> ShownAsync(HttpService service, string tenant, string speaker) =>
        await HttpService.JsonAsync(await SendAsync(service, tenant, HttpMethod.Get, $"/v1/speakers/{speaker}"), 200);

    private async Task<string[]> ListedAsync(HttpService service, string tenant)
    {
        var list = await HttpService.JsonAsync(await SendAsync(service, tenant, HttpMethod.Get, "/v1/speakers"), 200);
        return [.. list.GetProperty("speakers").EnumerateArray().Select(each => each.GetProperty("speaker").GetString()!)];
    }

    private static string[] Candidates(JsonElement identified) =>
        [.. identified.GetProperty("candidates").EnumerateArray().Select(each => each.GetProperty("speaker").GetString()!)];
}

/// <summary>Tenants in files.</summary>
[Collection(TestModelTests.Name)]
public sealed class SqliteTenantTests(TestModel model) : TenantIsolation
{
    protected override string Model => model.Path;

    protected override string? Place => null;
}

/// <summary>Tenants in schemas of one database.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class PostgresTenantTests : TenantIsolation, IDisposable
{
    private readonly TestModel _model = new();

    public PostgresTenantTests(PostgresFixture fixture) => Place = fixture.Server.NewDatabase();

    protected override string Model => _model.Path;

    protected override string? Place { get; }

    public void Dispose() => _model.Dispose();
}
