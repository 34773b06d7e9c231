using Speaker.Audio.Fingerprints;
using Speaker.Recognition.Tests.Recognition;

namespace Speaker.Recognition.Tests.Replay;

/// <summary>What two recordings have in common is found wherever it lies, and only that.</summary>
public sealed class StretchSearchTests
{
    private const int SampleRate = 16_000;

    public static TheoryData<string> Changes => ["same", "start", "end", "both", "padded", "quiet", "inside", "late"];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Find_RecordingCutShiftedOrPutIntoAnother_IsOfOneRecording(string change)
    {
        foreach (var language in (string[])["de", "es", "it"])
        {
            var speech = KlettresSpeech.Of(language, 0, 6);
            var around = KlettresSpeech.Of(language, 8, 2);
            var cut = (int)(0.7 * SampleRate);
            float[] changed = change switch
            {
                "same" => speech,
                "start" => speech[cut..],
                "end" => speech[..^cut],
                "both" => speech[(cut / 2)..^(cut / 2)],
                "padded" => [.. new float[SampleRate / 2], .. speech],
                "quiet" => [.. speech.Select(sample => sample / 8)],
                "inside" => [.. around, .. speech, .. around],
                "late" => [.. new float[4 * SampleRate], .. speech],
                _ => throw new ArgumentOutOfRangeException(nameof(change)),
            };
            var (one, other) = (Outlines.Of(speech), Outlines.Of(changed));
            var found = new StretchSearch(other, StretchRule.Default).Find(one.ToBytes());
            Assert.True(found.IsOfOneRecording, $"{language}: {found}");
            var back = new StretchSearch(one, StretchRule.Default).Find(other.ToBytes());
            Assert.True(back.IsOfOneRecording, $"{language}, the other way: {back}");
        }
    }

    /// <summary>Letters and syllables of one volunteer, from one microphone.</summary>
    [Fact]
    public void Find_OtherRecordingsOfTheVoice_AreNoneOfOneRecording()
    {
        foreach (var language in (string[])["de", "es", "it"])
        {
            AudioFingerprint[] outlines =
                [.. Enumerable.Range(0, 6).Select(i => Outlines.Of(KlettresSpeech.Of(language, 4 * i)))];
            for (var i = 0; i < outlines.Length; i++)
            {
                var search = new StretchSearch(outlines[i], StretchRule.Default);
                for (var j = 0; j < i; j++)
                {
                    var found = search.Find(outlines[j].ToBytes());
                    Assert.False(found.IsOfOneRecording, $"{language} {i} {j}: {found}");
                }
            }
        }
    }

    /// <summary>The oracle tries every shift of 10 ms and looks at every band by itself.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3700)]
    [InlineData(12_345)]
    [InlineData(-8000)]
    public void Find_InStepsAndByBits_IsWhatEveryShiftBandByBandGives(int samples)
    {
        var speech = KlettresSpeech.Of("de", 0, 3);
        float[] shifted = samples < 0 ? speech[-samples..] : [.. new float[samples], .. speech];
        var (heard, kept) = (Outlines.Of(shifted), Outlines.Of(speech));
        var found = new StretchSearch(heard, StretchRule.Default).Find(kept.ToBytes());
        var best = EveryShift(heard, kept, StretchRule.Default);
        Assert.Equal(best.Likeness, found.Likeness, 9);
        Assert.Equal(best.Needed, found.Needed, 9);
        Assert.Equal(best.Seconds, found.Seconds, 9);
    }

    [Fact]
    public void Find_TooLittleOrNothing_IsOfNoRecording()
    {
        var speech = Outlines.Of(KlettresSpeech.Of("de", 0));
        foreach (var samples in (float[][])[[], new float[500], new float[64_000], KlettresSpeech.Of("de", 0)[..4000]])
        {
            var little = Outlines.Of(samples);
            Assert.False(new StretchSearch(little, StretchRule.Default).Find(speech.ToBytes()).IsOfOneRecording);
            Assert.False(new StretchSearch(speech, StretchRule.Default).Find(little.ToBytes()).IsOfOneRecording);
            Assert.False(new StretchSearch(little, StretchRule.Default).Find(little.ToBytes()).IsOfOneRecording);
            Assert.False(new StretchSearch(little, StretchRule.Default).Find([1, 2, 3]).IsOfOneRecording);
        }
    }

    private static CommonStretch EveryShift(AudioFingerprint heard, AudioFingerprint kept, StretchRule rule)
    {
        const int OneIn = 4;
        var frames = (kept.Frames + OneIn - 1) / OneIn;
        var heardFrames = (heard.Frames + OneIn - 1) / OneIn;
        var least = (int)Math.Ceiling(rule.LeastSeconds * 100 / OneIn);
        var (first, last) = (OneIn * (least - frames), OneIn * (heardFrames - least));
        var best = CommonStretch.None;
        for (var shift = first; shift <= last; shift++)
        {
            var (agreement, ofHeard, ofKept, overlap) = (0, 0, 0, 0);
            for (var frame = 0; frame < frames; frame++)
            {
                var place = (OneIn * frame) + shift;
                if (place < 0 || place >= heard.Frames)
                {
                    continue;
                }

                overlap++;
                for (var band = 0; band < 16; band++)
                {
                    var one = Change(heard.Changes(place), band);
                    var other = Change(kept.Changes(OneIn * frame), band);
                    agreement += one * other;
                    ofHeard += Math.Abs(one);
                    ofKept += Math.Abs(other);
                }
            }

            var changes = Math.Sqrt((double)ofHeard * ofKept);
            if (overlap < least || changes == 0)
            {
                continue;
            }

            var here = new CommonStretch(
                agreement / changes, rule.Needed(last - first + 1, changes), overlap * OneIn / 100.0);
            best = here.Excess > best.Excess ? here : best;
        }

        return best;
    }

    private static int Change(uint changes, int band) =>
        (int)((changes >> band) & 1) - (int)((changes >> (band + 16)) & 1);
}
