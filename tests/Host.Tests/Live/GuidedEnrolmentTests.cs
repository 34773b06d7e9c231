using System.Runtime.CompilerServices;
using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Host.Live;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Live;

/// <summary>Which parts of what is said are taken, and when it is enough. The parts are cut from real speech; what is
/// heard in them is the tests' own.</summary>
public sealed class GuidedEnrolmentTests
{
    [Theory]
    [InlineData(QualityIssue.Quiet, Reason.Silent)]
    [InlineData(QualityIssue.Clipped, Reason.Clipped)]
    [InlineData(QualityIssue.Noisy, Reason.Noisy)]
    [InlineData(QualityIssue.SeveralVoices, Reason.SeveralVoices)]
    public async Task RunAsync_PartThatIsPoor_IsRefusedWithTheReasonAndAskedForAgain(QualityIssue issue, Reason reason)
    {
        var number = 0;
        var display = new Display();

        var (parts, problem) = await Enrolment(() => ++number == 2 ? [new QualityWarning(issue, "poor")] : [])
            .RunAsync(new Speech(), "microphone", display, CancellationToken.None);

        Assert.Null(problem);
        Assert.Equal(["microphone 1", "microphone 2", "microphone 3"], parts.Select(part => part.Name));
        Assert.Equal([Reason.Enrolled, reason, Reason.Enrolled, Reason.Enrolled], display.Judged.Select(part => part.Reason));
        Assert.Equal("poor", display.Judged[1].Message);
        Assert.Equal([0.333, 0.333, 0.667, 1], display.Judged.Select(part => Math.Round(part.Progress.Share, 3)));
        // Who is refused is asked for the same again.
        Assert.Equal(display.Asked[1], display.Asked[2]);
        Assert.Equal(3, display.Asked.Distinct().Count());
    }

    [Fact]
    public async Task RunAsync_NarrowBand_IsNoReasonToRefuse()
    {
        var (parts, _) = await Enrolment(() => [new QualityWarning(QualityIssue.NarrowBand, "as on a telephone")])
            .RunAsync(new Speech(), "microphone", new Display(), CancellationToken.None);

        Assert.Equal(3, parts.Count);
    }

    [Fact]
    public async Task RunAsync_EveryPartRefused_EndsAfterSoMany()
    {
        var display = new Display();

        var (parts, problem) = await Enrolment(() => [new QualityWarning(QualityIssue.Noisy, "noisy: a fan")])
            .RunAsync(new Speech(), "microphone", display, CancellationToken.None);

        Assert.Empty(parts);
        Assert.Equal(GuidedEnrolment.MostRefusals, display.Judged.Count);
        Assert.Contains("noisy: a fan; nothing was enrolled", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Parts_AreOfAsMuchSpeechAsIsNeededAndEndWithAPause()
    {
        var lengths = new List<double>();
        var enrolment = new GuidedEnrolment(
            (part, _) =>
            {
                lengths.Add(1);
                return Task.FromResult(Sample([]));
            },
            new PartJudge(null, new EnrolmentOptions(), []), new PartCutter(new FrontEndSpecification()),
            new EnrolmentOptions(), 2);
        var display = new Display();

        await enrolment.RunAsync(new Speech(), "microphone", display, CancellationToken.None);

        Assert.Equal(3, lengths.Count);
        Assert.All(
            display.States.GroupBy(state => state.Number),
            part => Assert.InRange(part.Max(state => state.SpeechSeconds), 3, 8));
    }

    private static GuidedEnrolment Enrolment(Func<IReadOnlyList<QualityWarning>> warnings) => new(
        (_, _) => Task.FromResult(Sample(warnings())), new PartJudge(null, new EnrolmentOptions(), []),
        new PartCutter(new FrontEndSpecification()), new EnrolmentOptions(), 2);

    private static EmbeddingResult Sample(IReadOnlyList<QualityWarning> warnings) => new()
    {
        Embedding = [1],
        Reason = Reason.None,
        SpeechSeconds = 3.4,
        Warnings = warnings,
        ModelHash = "",
    };

    private sealed class Display : IEnrolmentDisplay
    {
        public List<string> Asked { get; } = [];

        public List<PartState> States { get; } = [];

        public List<JudgedPart> Judged { get; } = [];

        public void Ask(string prompt) => Asked.Add(prompt);

        public void Hear(PartState state) => States.Add(state);

        public void Judge(JudgedPart part) => Judged.Add(part);

        public void Notice(string text)
        {
        }
    }

    /// <summary>A volunteer who never stops.</summary>
    private sealed class Speech : ISoundSource
    {
        private static readonly Lazy<float[]> _clips = new(() => Sounds.Speech("de", 0, 12));

        public string? File => null;

        public string Name => "microphone";

        public bool IsLive => false;

        public double? LatencySeconds => null;

        public async IAsyncEnumerable<float[]> ReadAsync(
            Action<string> notice, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            while (true)
            {
                foreach (var block in _clips.Value.Chunk(AudioFile.SampleRate / 10))
                {
                    yield return block;
                }
            }
        }
    }
}
