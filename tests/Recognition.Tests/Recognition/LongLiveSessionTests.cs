using Speaker.Audio;

namespace Speaker.Recognition.Tests.Recognition;

/// <summary>Alone: what other tests hold would count.</summary>
[CollectionDefinition(nameof(LongLiveSessionTests), DisableParallelization = true)]
[Collection(nameof(LongLiveSessionTests))]
public sealed class LongLiveSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Session_OfMinutes_KeepsItsMemoryAndDecidesAsVerify()
    {
        var recognizer = SpeakerRecognizer.Open(new SpeakerOptions
        {
            Model = { Path = "fast" }, Store = { Path = _folder.File("voiceprints.db") },
        });
        await recognizer.EnrollAsync("anna", AudioInput.FromSamples(KlettresSpeech.Of("de", 0, 8), 16_000));
        var speech = KlettresSpeech.Of("de", 4, 30);
        var session = await recognizer.StartLiveAsync("anna");
        var sound = new List<float>();
        long after = 0;
        while (sound.Count < 300 * 16_000)
        {
            foreach (var block in speech.Chunk(16_000))
            {
                session.Append(block);
                sound.AddRange(block);
                await session.LookAsync();
            }

            if (after == 0 && sound.Count > 190 * 16_000)
            {
                after = Memory();
            }
        }

        Assert.InRange(Memory() - after, long.MinValue, 4 << 20);
        var whole = await recognizer.VerifyAsync("anna", AudioInput.FromSamples(sound.ToArray(), 16_000));
        Assert.Equal(whole.Distance, (await session.DecideAsync()).Distance);

        long Memory()
        {
            sound.TrimExcess();
            return GC.GetTotalMemory(forceFullCollection: true) - ((long)sound.Count * sizeof(float));
        }
    }
}
