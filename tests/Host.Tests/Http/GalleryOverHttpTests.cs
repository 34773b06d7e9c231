using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http;

/// <summary>The map and the matrix of enrolled voices.</summary>
[Collection(TestModelTests.Name)]
public sealed class GalleryOverHttpTests(TestModel model)
{
    [Fact]
    public async Task MapAndMatrix_OfEnrolledVoices_HaveTheDistancesOfTheirRecordings()
    {
        var (kept, key) = HttpService.KeyOf("admin", "enrol", "verify");
        var (keptOther, other) = HttpService.KeyOf("verify", "identify", "enrol");
        await using var service = await HttpService.StartAsync(model.Path, keys: [kept, keptOther]);
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", other);
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/map"), 403, "scopeMissing");
        await HttpService.ProblemAsync(await service.Client.GetAsync("/v1/similarity"), 403, "scopeMissing");
        service.Client.DefaultRequestHeaders.Remove("X-Api-Key");
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", key);

        var nobody = await HttpService.JsonAsync(await service.Client.GetAsync("/v1/map"), 200);
        Assert.Empty(nobody.GetProperty("points").EnumerateArray());

        // One recording each, so that a voiceprint is its embedding.
        string[] languages = ["cs", "de", "es"];
        foreach (var language in languages)
        {
            await HttpService.JsonAsync(await service.EnrolAsync(language, HttpService.Speech(language)), 201);
        }

        var matrix = await HttpService.JsonAsync(await service.Client.GetAsync("/v1/similarity"), 200);
        Assert.Equal(languages, matrix.GetProperty("speakers").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(0, matrix.GetProperty("leftOut").GetInt32());
        var map = await HttpService.JsonAsync(await service.Client.GetAsync("/v1/map"), 200);
        Assert.Equal(
            languages,
            map.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("speaker").GetString()!));
        Assert.InRange(map.GetProperty("share").GetDouble(), 0.99, 1); // three points lie on a plane
        double Place(int i, string axis) => map.GetProperty("points")[i].GetProperty(axis).GetDouble();
        for (var i = 0; i < languages.Length; i++)
        {
            Assert.Equal(0, matrix.GetProperty("distances")[i][i].GetDouble());
            for (var j = 0; j < i; j++)
            {
                using var pair = HttpService.Form(HttpService.Speech(languages[i]), HttpService.Speech(languages[j]));
                var compared = await HttpService.JsonAsync(await service.Client.PostAsync("/v1/compare", pair), 200);
                var expected = compared.GetProperty("distance").GetDouble();
                Assert.Equal(expected, matrix.GetProperty("distances")[i][j].GetDouble(), 1e-3);
                Assert.Equal(expected, matrix.GetProperty("distances")[j][i].GetDouble(), 1e-3);
                // 1 - cos is half a squared distance of unit vectors.
                var (x, y) = (Place(i, "x") - Place(j, "x"), Place(i, "y") - Place(j, "y"));
                Assert.Equal(expected, ((x * x) + (y * y)) / 2, 1e-3);
            }
        }
    }
}
