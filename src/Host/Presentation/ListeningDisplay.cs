using System.Globalization;
using Speaker.Audio;
using Speaker.CommandLine;
using Spectre.Console;

namespace Speaker.Host.Presentation;

/// <summary>
/// How far one has come in long recordings, on stderr: a bar each on a terminal, elsewhere a line every ten minutes of
/// sound. Recordings of one segment show nothing, and do not pay for the console library.
/// </summary>
internal sealed class ListeningDisplay(VerbOutput output) : IDisposable
{
    private const double SecondsALine = 600;

    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim _done = new();
    private readonly Lock _lock = new();
    private readonly List<FileProgress> _files = [];
    private Task? _bars;

    /// <summary>A file, or the standard input ("-"), as input whose progress is shown here.</summary>
    /// <exception cref="AudioException">It has no name.</exception>
    public AudioInput Of(string file)
    {
        if (file.Length == 0)
        {
            throw new AudioException("'': a sound file has a name; give its path, or - for the standard input.");
        }

        var progress = new FileProgress(this, file);
        lock (_lock)
        {
            _files.Add(progress);
        }

        return (file == "-" ? AudioInput.FromStandardInput() : AudioInput.FromFile(file)) with { Progress = progress };
    }

    public void Dispose()
    {
        _done.Set();
        _bars?.Wait();
        _done.Dispose();
    }

    /// <summary>"0:10:31 of 1:00:00", as far as the length is known.</summary>
    internal static string Text(ListeningProgress progress) => progress.TotalSeconds is { } total
        ? $"{Clock(progress.Seconds)} of {Clock(total)}"
        : Clock(progress.Seconds);

    /// <summary>Until <see cref="Dispose"/>: the console's bars belong to a call that ends when the work does.</summary>
    private void ShowBars() => output.Diagnostics.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            var tasks = new Dictionary<FileProgress, ProgressTask>();
            do
            {
                FileProgress[] files;
                lock (_lock)
                {
                    files = [.. _files.Where(file => file.Latest.Seconds > 0)];
                }

                foreach (var file in files)
                {
                    if (!tasks.TryGetValue(file, out var task))
                    {
                        tasks.Add(file, task = context.AddTask("listening"));
                    }

                    var progress = file.Latest;
                    task.Description = Markup.Escape($"{Path.GetFileName(file.File)}: {Text(progress)}");
                    task.IsIndeterminate = progress.TotalSeconds is null;
                    task.Value = 100 * progress.Seconds / (progress.TotalSeconds ?? double.PositiveInfinity);
                }
            }
            while (!_done.Wait(Refresh));
        });

    private void StartBars()
    {
        lock (_lock)
        {
            _bars ??= Task.Run(ShowBars);
        }
    }

    private static string Clock(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Floor(seconds));
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours):0}:{time:mm\\:ss}");
    }

    /// <summary>One recording, listened to on one thread at a time.</summary>
    private sealed class FileProgress(ListeningDisplay display, string file) : IProgress<ListeningProgress>
    {
        private volatile ListeningProgress _latest = new(0, null);
        private double _nextLine = SecondsALine;

        public string File { get; } = file;

        public ListeningProgress Latest => _latest;

        public void Report(ListeningProgress value)
        {
            _latest = value;
            if (!Console.IsErrorRedirected)
            {
                display.StartBars();
            }
            else if (value.Seconds >= _nextLine)
            {
                _nextLine = value.Seconds + SecondsALine;
                VerbOutput.Note($"speaker: {File}: {Text(value)}");
            }
        }
    }
}
