using System.Text.Json;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Host.Live;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Speaker.Host.Tests.Live;

/// <summary>What stands on a terminal, on lines and in JSON while a voice is listened to.</summary>
public sealed class LiveDisplayTests
{
    [Fact]
    public void LivePanel_Of80Columns_ShowsLevelSecondsDistanceAndReason() => Assert.Equal(
        """
        verifying anna
        level     ████████████████████████████████░░░░░░░░░░░░░░░░░░░  -22 dB  speech
        heard     2.1 s of 10 s, 1.4 s of speech, 1.5 s behind
        distance  ───────────●────○──────────┃─────────────────────────── 0.250 of 0.400
        course    ·█▂
        so far    accept
        because   distance 0.250 is within the threshold 0.400

        """, Text(new LivePanel(View()), 80));

    [Fact]
    public void LivePanel_Of40Columns_IsNoWider()
    {
        const string Gone = "the device is gone (No such device); it is looked for, for 10 s";
        var text = Text(new LivePanel(View() with { Notice = Gone }), 40);

        Assert.Equal(
            """
            verifying anna
            level     ███████░░░░  -22 dB  speech
            heard     2.1 s of 10 s, 1.4 s of
                      speech, 1.5 s behind
            distance  ───●○──┃─────── 0.250 of 0.400
            course    ·█▂
            so far    accept
            because   distance 0.250 is within the
                      threshold 0.400
            device    the device is gone (No such
                      device); it is looked for, for
                      10 s

            """, text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(20)]
    [InlineData(200)]
    public void Panels_OfAnyWidth_AreNoWider(int width)
    {
        IRenderable[] panels =
        [
            new LivePanel(View()), new LivePanel(new LiveView("anna", double.PositiveInfinity)),
            new EnrolmentPanel(Enrolment()),
        ];
        Assert.All(
            panels.SelectMany(panel => Text(panel, width).Split('\n')),
            line => Assert.InRange(line.Length, 0, width));
    }

    [Fact]
    public void LivePanel_WithoutBlockCharacters_IsAscii() =>
        Assert.All(Text(new LivePanel(View()), 80, isUnicode: false), character => Assert.InRange(character, '\n', '~'));

    [Fact]
    public void EnrolmentPanel_Of60Columns_ShowsWhatToSayAndHowFarItIs() => Assert.Equal(
        """
        enrolling anna
        say       Please put five ripe oranges, a jar of honey and
                  the blue cheese into the basket by the kitchen
                  door.
        level     ████████████████████░░░░░░░░░░░  -22 dB  speech
        part 2    ██████████████░░░░░░░░░░░░░ 1.9 of 3.7 s of speech
        enrolled  ███████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  33 %
                  1 of 3 recordings, 3.5 of 10 s of speech: two more
                  recordings of about 4 s each
        last part refused: clipped
        note      not enough yet

        """, Text(new EnrolmentPanel(Enrolment()), 60));

    [Fact]
    public void LiveLines_OfLooks_AreOneASecondAndOneWhenTheDecisionChanges()
    {
        var lines = new List<string>();
        var display = new LiveLines(lines.Add);
        foreach (var (seconds, distance) in ((double, double?)[])[(0.5, null), (1, null), (1.5, 0.9), (1.7, 0.8), (2.2, 0.7)])
        {
            display.Hear(seconds, -20);
            display.Show(Look(seconds, distance));
        }

        display.Notice("the device is back");
        Assert.Equal(
            [
                "listening",
                "  0.5 s, 0.3 s of speech: too short", "  1.0 s, 0.7 s of speech: too short",
                "  1.5 s, 1.0 s of speech: distance 0.900, threshold 0.400, so far reject",
                "  2.2 s, 1.5 s of speech: distance 0.700, threshold 0.400, so far reject",
                "speaker: the device is back",
            ],
            lines);
    }

    [Fact]
    public void LiveStates_OfALook_IsAStateWithHowFarBehindItIs()
    {
        var look = Look(2.1, 0.25) with { BehindSeconds = 1.5, LatencySeconds = 0.15 };
        using var json = JsonDocument.Parse(
            JsonSerializer.Serialize(LiveStates.Json(look), JsonContracts.Output.LiveStateJson));

        var state = json.RootElement;
        Assert.Equal("state", state.GetProperty("type").GetString());
        Assert.Equal(2.1, state.GetProperty("seconds").GetDouble());
        Assert.Equal(0.25, state.GetProperty("distance").GetDouble());
        Assert.Equal("accept", state.GetProperty("decision").GetString());
        Assert.False(state.GetProperty("final").GetBoolean());
        Assert.Equal(1.5, state.GetProperty("behindSeconds").GetDouble());
        Assert.Equal(0.15, state.GetProperty("latencySeconds").GetDouble());
    }

    private static LiveView View()
    {
        var view = new LiveView("anna", 10) { Seconds = 2.1, Level = -22 };
        return view.With(Look(0.5, null)).With(Look(1, 0.6)).With(Look(2.1, 0.25) with { BehindSeconds = 1.5 });
    }

    private static LiveLook Look(double seconds, double? distance) => new(
        new LiveState
        {
            Seconds = seconds,
            SpeechSeconds = seconds * 2 / 3,
            Level = -22,
            IsSpeech = true,
            WindowDistance = distance + 0.05,
            SoFar = new Decision
            {
                Outcome = distance is null ? Outcome.Inconclusive
                    : distance <= 0.4 ? Outcome.Accepted : Outcome.Rejected,
                Reason = distance is null ? Reason.TooShort
                    : distance <= 0.4 ? Reason.WithinThreshold : Reason.BeyondThreshold,
                Message = distance is null ? "too short"
                    : FormattableString.Invariant(
                        $"distance {distance:0.000} is {(distance <= 0.4 ? "within" : "beyond")} the threshold 0.400"),
                Distance = distance,
                Threshold = 0.4,
                TotalSeconds = seconds,
                SpeechSeconds = seconds * 2 / 3,
                ModelHash = "",
            },
        }, 0, null);

    private static EnrolmentView Enrolment()
    {
        var progress = EnrolmentProgress.Of(1, 3.5, new EnrolmentOptions());
        return new EnrolmentView("anna", progress)
        {
            Prompt = EnrolmentPrompts.For(1),
            State = new PartState(2, 3, 1.85, 3.7, -22, true),
            Last = new JudgedPart(
                1, Reason.Clipped, "clipped", new EmbeddingResult { Reason = Reason.Clipped, ModelHash = "" }, null, progress),
            Notice = "not enough yet",
        };
    }

    /// <summary>As it stands on a terminal, without blanks at the ends of lines.</summary>
    private static string Text(IRenderable panel, int width, bool isUnicode = true)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = AnsiSupport.No,
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = isUnicode;
        console.Write(panel);
        return string.Join('\n', text.ToString().Split(Environment.NewLine).Select(line => line.TrimEnd()));
    }
}
