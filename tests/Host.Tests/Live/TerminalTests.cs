using System.Diagnostics;
using System.Text;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Live;

/// <summary>Ctrl-C on a real terminal: it is left as it was.</summary>
[Collection(TestModelTests.Name)]
public sealed class TerminalTests : IDisposable
{
    private const char ControlC = '\u0003';
    private const int Columns = 80;
    private const int Rows = 24;

    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;
    private readonly string _speech;

    public TerminalTests(TestModel model)
    {
        _speaker = new SpeakerProcess(_folder, model.Path);
        var clips = Sounds.Speech("de", 0, 8);
        // Longer than any machine takes to start.
        _speech = WaveFile.Write(
            _folder.File("speech.wav"), [.. Enumerable.Repeat(clips, 300 * 16000 / clips.Length).SelectMany(clip => clip)]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Live_ControlC_LeavesTheTerminalAsItWas()
    {
        Assert.Equal(
            0, _speaker.Run("enroll", "anna", Sounds.WriteSpeech(_folder.File("anna.wav"), "de", first: 12)).ExitCode);
        using var process = _speaker.StartOnTerminal(Columns, "live", "anna", "--input", _speech, "--realtime", "--no-early");
        using var screen = new Screen(process);

        await screen.WaitForAsync("so far    accept");
        screen.Type(ControlC);

        var written = await screen.EndAsync();
        AssertLeftAsItWas(written);
        // Nothing of what was drawn stands there, wherever the terminal wrote "^C".
        Assert.Contains("speaker: stopped", new TerminalScreen(Rows, written, Columns).Rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enroll_EnterTooEarlyThenControlC_AsksToGoOnAndLeavesTheTerminalAsItWas()
    {
        using var process = _speaker.StartOnTerminal(Columns, "enroll", "bert", "--input", _speech, "--realtime");
        using var screen = new Screen(process);

        await screen.WaitForAsync("enrolling bert");
        screen.Type('\r');
        await screen.WaitForAsync("not enough yet");
        screen.Type(ControlC);

        AssertLeftAsItWas(await screen.EndAsync());
        Assert.Empty(_speaker.Run("list", "--json").Lines);
    }

    private void AssertLeftAsItWas(string written)
    {
        Assert.Contains("speaker: stopped", written, StringComparison.Ordinal);
        Assert.EndsWith("exit 130", written.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(_folder.File("before")), File.ReadAllText(_folder.File("after")));
        // The cursor; what the arrow keys send; the alternate screen.
        foreach (var (changed, back) in ((string, string)[])
                 [("\e[?25l", "\e[?25h"), ("\e[?1h", "\e[?1l"), ("\e[?1049h", "\e[?1049l")])
        {
            Assert.True(
                written.LastIndexOf(changed, StringComparison.Ordinal) <= written.LastIndexOf(back, StringComparison.Ordinal),
                $"{changed[1..]} was the last word");
        }
    }

    /// <summary>What a program writes to its terminal while it runs.</summary>
    private sealed class Screen : IDisposable
    {
        private readonly Process _process;
        private readonly StringBuilder _written = new();
        private readonly Task _reading;

        public Screen(Process process)
        {
            _process = process;
            _reading = Task.Run(() =>
            {
                var buffer = new char[4096];
                for (int read; (read = process.StandardOutput.Read(buffer)) > 0;)
                {
                    lock (_written)
                    {
                        _written.Append(buffer, 0, read);
                    }
                }
            });
        }

        private string Written
        {
            get
            {
                lock (_written)
                {
                    return _written.ToString();
                }
            }
        }

        /// <summary>Colours are passed over.</summary>
        public Task WaitForAsync(string text) => RunningService.WaitAsync(
            () => System.Text.RegularExpressions.Regex.Replace(Written, "\e\\[[0-9;]*m", "")
                .Contains(text, StringComparison.Ordinal),
            () => text);

        public void Type(char key)
        {
            _process.StandardInput.Write(key);
            _process.StandardInput.Flush();
        }

        public async Task<string> EndAsync()
        {
            SpeakerProcess.WaitForExit(_process);
            await _reading;
            return Written;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
    }
}
