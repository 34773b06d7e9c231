using Speaker.Audio.Fingerprints;
using Speaker.Recognition.Tests.Recognition;
using Speaker.Replay;

namespace Speaker.Recognition.Tests.Replay;

/// <summary>What is remembered of accepted recordings, for how long, and that of copies that come at a time one is
/// new.</summary>
public sealed class AcceptedRecordingsTests
{
    private static readonly AudioFingerprint[] Recordings =
        [.. Enumerable.Range(0, 4).Select(i => Outlines.Of(KlettresSpeech.Of("de", 4 * i)))];

    private readonly ManualTime _time = new();

    [Fact]
    public void Find_RecordingThatWasAdded_IsFoundForThatSpeakerOnly()
    {
        var accepted = new AcceptedRecordings(new ReplayOptions(), _time);
        Assert.False(IsFound(accepted, "anna", 0));
        Assert.True(IsFound(accepted, "anna", 0));
        Assert.False(IsFound(accepted, "boris", 0));
        Assert.False(IsFound(accepted, "anna", 1));
    }

    [Fact]
    public void Find_WithoutAnOutline_AddsNothing()
    {
        var accepted = new AcceptedRecordings(new ReplayOptions(), _time);
        Assert.Null(accepted.Find("anna", [], Search(0), null));
        Assert.False(IsFound(accepted, "anna", 0));
    }

    [Fact]
    public void Find_MoreOfOneSpeakerThanAllowed_ForgetsTheOldest()
    {
        var accepted = new AcceptedRecordings(new ReplayOptions { AcceptedPerSpeaker = 2 }, _time);
        Add(accepted, ("boris", 0), ("anna", 0), ("anna", 1), ("anna", 2));
        Assert.True(IsFound(accepted, "anna", 1, adds: false));
        Assert.True(IsFound(accepted, "anna", 2, adds: false));
        Assert.False(IsFound(accepted, "anna", 0, adds: false));
        Assert.True(IsFound(accepted, "boris", 0, adds: false));
    }

    [Fact]
    public void Find_MoreOfAllThanAllowed_ForgetsTheOldestOfAll()
    {
        var accepted = new AcceptedRecordings(new ReplayOptions { Accepted = 2 }, _time);
        Add(accepted, ("anna", 0), ("boris", 0), ("anna", 1));
        Assert.False(IsFound(accepted, "anna", 0, adds: false));
        Assert.True(IsFound(accepted, "boris", 0, adds: false));
        Assert.True(IsFound(accepted, "anna", 1, adds: false));
        // The last one of a speaker makes room for another of the same speaker.
        Add(accepted, ("boris", 1), ("boris", 2));
        Assert.False(IsFound(accepted, "anna", 1, adds: false));
        Assert.True(IsFound(accepted, "boris", 2, adds: false));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 0)]
    public void Find_NoneMayBeRemembered_RemembersNone(int ofOne, int ofAll)
    {
        var accepted = new AcceptedRecordings(
            new ReplayOptions { AcceptedPerSpeaker = ofOne, Accepted = ofAll }, _time);
        Assert.False(IsFound(accepted, "anna", 0));
        Assert.False(IsFound(accepted, "anna", 0));
    }

    [Fact]
    public void Find_OlderThanAllowed_IsForgotten()
    {
        var accepted = new AcceptedRecordings(new ReplayOptions { AcceptedHours = 2 }, _time);
        Assert.False(IsFound(accepted, "anna", 0));
        _time.Advance(TimeSpan.FromHours(1.5));
        Assert.False(IsFound(accepted, "anna", 1));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(IsFound(accepted, "anna", 0, adds: false));
        Assert.True(IsFound(accepted, "anna", 1, adds: false));
    }

    [Fact]
    public void Forget_Speaker_LeavesTheOthers()
    {
        var accepted = new AcceptedRecordings(new ReplayOptions(), _time);
        Add(accepted, ("anna", 0), ("boris", 0), ("anna", 1));
        accepted.Forget("anna");
        accepted.Forget("nobody");
        Assert.False(IsFound(accepted, "anna", 0, adds: false));
        Assert.False(IsFound(accepted, "anna", 1, adds: false));
        Assert.True(IsFound(accepted, "boris", 0, adds: false));
    }

    [Fact]
    public async Task Find_CopiesAtATime_ExactlyOneIsNew()
    {
        var accepted = new AcceptedRecordings(new ReplayOptions(), _time);
        Add(accepted, ("anna", 1), ("anna", 2));
        using var start = new Barrier(8);
        var copies = Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return IsFound(accepted, "anna", 0);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        Assert.Single(await Task.WhenAll(copies), isFound => !isFound);
    }

    [Fact]
    public void Rename_Speaker_KeepsTheNewestOfBothAndForgetsTheFormerName()
    {
        var accepted = new AcceptedRecordings(new ReplayOptions { AcceptedPerSpeaker = 2 }, _time);
        byte[][] enrolled = [[1, 2, 3], [4]];
        foreach (var (speaker, recording) in ((string, int)[])[("anna", 0), ("maria", 1), ("anna", 2)])
        {
            Assert.Null(accepted.Find(
                speaker, speaker == "anna" ? enrolled : [[5]], Search(recording), Recordings[recording].ToBytes()));
        }

        Assert.Empty(accepted.NamesOf("anna", enrolled));
        Assert.Empty(accepted.NamesOf("boris", [[6]]));
        Assert.Equal(["anna"], accepted.NamesOf("maria", [[5], [4]]));
        accepted.Rename("anna", "maria", [[5], [4]]);
        accepted.Rename("anna", "maria", [[5], [4]]);
        Assert.False(IsFound(accepted, "maria", 0, adds: false));
        Assert.True(IsFound(accepted, "maria", 1, adds: false));
        Assert.True(IsFound(accepted, "maria", 2, adds: false));
        Assert.False(IsFound(accepted, "anna", 2, adds: false));
        // And once more.
        Assert.Equal(["maria"], accepted.NamesOf("eva", [[4]]));
        accepted.Forget("maria");
        Assert.Empty(accepted.NamesOf("eva", [[4]]));
    }

    private static void Add(AcceptedRecordings accepted, params (string Speaker, int Recording)[] recordings) =>
        Assert.All(recordings, each => Assert.False(IsFound(accepted, each.Speaker, each.Recording)));

    private static bool IsFound(AcceptedRecordings accepted, string speaker, int recording, bool adds = true) =>
        accepted.Find(speaker, [], Search(recording), adds ? Recordings[recording].ToBytes() : null) is not null;

    private static StretchSearch Search(int recording) => new(Recordings[recording], StretchRule.Default);

    private sealed class ManualTime : TimeProvider
    {
        private TimeSpan _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _passed.Ticks;

        public void Advance(TimeSpan span) => _passed += span;
    }
}
