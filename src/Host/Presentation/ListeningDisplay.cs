using System.Globalization;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.Recognition;
using Spectre.Console;

namespace Speaker.Host.Presentation;

/// <summary>
/// How far one has come in a long recording, on stderr: a bar on a terminal, elsewhere a line every ten minutes of
/// sound. A recording of one segment shows nothing, and does not pay for the console library.
/// </summary>
internal sealed class ListeningDisplay(VerbOutput output, string file) : IProgress<ListeningProgress>, IDisposable
{
    private const double SecondsALine = 600;

    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim _done = new();
    private volatile ListeningProgress _latest = new(0, null);
    private double _nextLine = SecondsALine;
    private Task? _bar;

    /// <summary>The embedding of a file, with the display while it is made.</summary>
    /// <exception cref="AudioException">The file cannot be read as sound.</exception>
    public static EmbeddingResult Embed(
        UtteranceEmbedder embedder, string file, VerbOutput output, CancellationToken cancellation)
    {
        using var display = new ListeningDisplay(output, file);
        return embedder.Embed(file, display, cancellation);
    }

    public void Report(ListeningProgress value)
    {
        _latest = value;
        if (!Console.IsErrorRedirected)
        {
            _bar ??= Task.Run(ShowBar);
        }
        else if (value.Seconds >= _nextLine)
        {
            _nextLine = value.Seconds + SecondsALine;
            VerbOutput.Note($"speaker: {file}: {Text(value)}");
        }
    }

    public void Dispose()
    {
        _done.Set();
        _bar?.Wait();
        _done.Dispose();
    }

    /// <summary>"0:10:31 of 1:00:00", as far as the length is known.</summary>
    internal static string Text(ListeningProgress progress) => progress.TotalSeconds is { } total
        ? $"{Clock(progress.Seconds)} of {Clock(total)}"
        : Clock(progress.Seconds);

    /// <summary>Until <see cref="Dispose"/>: the console's bar belongs to a call that ends when the work does.</summary>
    private void ShowBar() => output.Diagnostics.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            var task = context.AddTask("listening");
            do
            {
                var progress = _latest;
                task.Description = Markup.Escape($"{Path.GetFileName(file)}: {Text(progress)}");
                task.IsIndeterminate = progress.TotalSeconds is null;
                task.Value = 100 * progress.Seconds / (progress.TotalSeconds ?? double.PositiveInfinity);
            }
            while (!_done.Wait(Refresh));
        });

    private static string Clock(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Floor(seconds));
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours):0}:{time:mm\\:ss}");
    }
}
