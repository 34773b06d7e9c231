using Microsoft.Data.Sqlite;
using Speaker.Audio;
using Speaker.Audio.Fingerprints;
using Speaker.Audio.Files.SoundFile;
using Speaker.Recognition.Tests.Recognition;

namespace Speaker.Recognition.Tests.Enrolment;

/// <summary>A copy of an enrolled recording is known by what is heard, not by its bits.</summary>
public sealed class CopiedRecordingTests : IDisposable
{
    private const int Flac = 0x170002;
    private const int OggVorbis = 0x200060;
    private const int OggOpus = 0x200064;
    private const int Mp3 = 0x230082;

    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerRecognizer _recognizer;

    public CopiedRecordingTests() =>
        _recognizer = SpeakerRecognizer.Open(new SpeakerOptions { Store = { Path = StorePath } });

    private string StorePath => _folder.File("voiceprints.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("de")]
    [InlineData("es")]
    [InlineData("it")]
    public async Task Enroll_CopiesByOtherCodecs_AreAlreadyEnrolled(string language)
    {
        var speech = KlettresSpeech.Of(language, 0);
        var original = WaveFile.Write(_folder.File("original.wav"), speech);
        Assert.Equal(1, (await _recognizer.EnrollAsync("anna", original)).Accepted);
        string[] copies =
        [
            Write("copy.flac", speech, Flac), Write("copy.ogg", speech, OggVorbis), Write("copy.opus", speech, OggOpus),
            Write("copy.mp3", speech, Mp3), Write("quieter.flac", [.. speech.Select(sample => sample / 4)], Flac),
            Write("later.opus", [.. new float[1600], .. speech], OggOpus),
        ];
        var result = await _recognizer.EnrollAsync("anna", [.. copies.Select(AudioInput.FromFile)]);
        Assert.All(result.Recordings, recording => Assert.True(
            recording.Reason == Reason.AlreadyEnrolled, $"{recording.Name}: {recording.Reason} {recording.Message}"));
        Assert.Equal("this recording is already enrolled, as original.wav", result.Recordings[0].Message);
        Assert.Equal(1, result.Utterances);
    }

    [Fact]
    public async Task Enroll_CopiesInOneCall_AreOneUtterance()
    {
        var speech = KlettresSpeech.Of("es", 0);
        var result = await _recognizer.EnrollAsync(
            "anna", [Write("a.opus", speech, OggOpus), Write("b.mp3", speech, Mp3), Write("c.flac", speech, Flac)]);
        Assert.Equal(1, result.Accepted);
        Assert.Equal(0, result.Refused);
    }

    /// <summary>Another recording of the same voice, as long as the first, is none of its copies.</summary>
    [Fact]
    public async Task Enroll_OtherRecordingsOfTheVoice_AreEnrolled()
    {
        for (var i = 0; i < 5; i++)
        {
            var speech = KlettresSpeech.Of("de", 4 * i);
            Array.Resize(ref speech, 3 * 16_000);
            var result = await _recognizer.EnrollAsync("anna", WaveFile.Write(_folder.File($"{i}.wav"), speech));
            Assert.NotEqual(Reason.AlreadyEnrolled, result.Recordings[0].Reason);
        }
    }

    /// <summary>A store of an earlier version has no fingerprints; one is added where it is enrolled again.</summary>
    [Fact]
    public async Task Enroll_StoreWithoutFingerprints_KnowsTheSameSamples()
    {
        var speech = KlettresSpeech.Of("de", 0);
        await _recognizer.EnrollAsync("anna", WaveFile.Write(_folder.File("a.wav"), speech));
        using (var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM fingerprint";
            command.ExecuteNonQuery();
        }

        var again = await _recognizer.EnrollAsync("anna", Write("a.flac", speech, Flac));
        Assert.Equal(Reason.AlreadyEnrolled, again.Recordings[0].Reason);
    }

    [Fact]
    public async Task Remove_Speaker_LeavesNoFingerprint()
    {
        await _recognizer.EnrollAsync("anna", WaveFile.Write(_folder.File("a.wav"), KlettresSpeech.Of("de", 0)));
        Assert.True(await _recognizer.RemoveAsync("anna"));
        using var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM fingerprint";
        Assert.Equal(0L, command.ExecuteScalar());
    }

    [Fact]
    public void Fingerprint_OfAnHour_IsAKilobyteAndTellsTheLength()
    {
        var speech = KlettresSpeech.Of("de", 0, 20);
        var whole = Of(speech);
        Assert.InRange(whole.ToBytes().Length, 500, 1024);
        Assert.True(whole.IsOfSameRecording(whole.ToBytes()));
        Assert.False(Of([.. speech, .. new float[16_000]]).IsOfSameRecording(whole.ToBytes()));
    }

    [Fact]
    public void Fingerprint_OfNothing_IsLikeNothing()
    {
        foreach (var samples in (float[][])[[], new float[500], new float[64_000]])
        {
            var nothing = Of(samples);
            Assert.False(nothing.IsOfSameRecording(nothing.ToBytes()));
            Assert.False(nothing.IsOfSameRecording([]));
        }
    }

    private static AudioFingerprint Of(float[] samples)
    {
        var tap = new FingerprintTap(new Audio.Files.MemorySampleProvider(samples, 16_000, 1));
        var block = new float[4096];
        while (tap.Read(block) > 0)
        {
        }

        return tap.ToFingerprint();
    }

    private string Write(string name, float[] samples, int format)
    {
        using var file = new FileStream(_folder.File(name), FileMode.CreateNew, FileAccess.ReadWrite);
        using (var writer = new SoundFileWriter(file, 16_000, 1, format))
        {
            foreach (var block in samples.Chunk(4096))
            {
                writer.Write(block);
            }
        }

        return _folder.File(name);
    }
}
