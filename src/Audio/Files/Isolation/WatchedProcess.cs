using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Speaker.Audio.Files.Isolation;

/// <summary>A process that gives something on its standard output, and is killed when it keeps one waiting.</summary>
internal sealed class WatchedProcess : IDisposable
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly Timer _timer;
    private TimeSpan _patience;
    private volatile bool _isLate;

    private WatchedProcess(Process process)
    {
        _process = process;
        _timer = new Timer(_ =>
        {
            _isLate = true;
            Kill();
        });
    }

    /// <summary>What it prints.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>What it reads, if that is redirected.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What it complains of, if that is redirected.</summary>
    public StreamReader Errors => _process.StandardError;

    public bool IsKilled { get; private set; }

    public bool IsRunning => !_process.HasExited;

    /// <param name="start">The standard output is redirected.</param>
    /// <exception cref="SoundFileException">It cannot be started.</exception>
    public static WatchedProcess Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        try
        {
            return new WatchedProcess(Process.Start(start)!);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            throw new SoundFileException(
                $"its decoder \"{start.FileName}\" cannot be started: {exception.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Kills the process unless what is returned is disposed before.</summary>
    public Watching Watch(TimeSpan patience)
    {
        _patience = patience;
        _timer.Change(patience, Timeout.InfiniteTimeSpan);
        return new Watching(_timer);
    }

    public void Kill()
    {
        IsKilled = true;
        try
        {
            _process.Kill();
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Why its output ended before its time, without a full stop.</summary>
    public string WhyItEnded()
    {
        const int processorTimeUsedUp = 128 + 24; // SIGXCPU
        if (_isLate)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"its decoder gave nothing for {_patience.TotalSeconds:0.#} s and was stopped");
        }

        return !_process.WaitForExit(ExitPatience) ? "its decoder does not answer"
            : _process.ExitCode == processorTimeUsedUp
                ? "its decoder used up its processor time without giving sound and was stopped"
            : $"its decoder ended with exit code {_process.ExitCode}";
    }

    /// <summary>Its exit code, if it ends within two seconds.</summary>
    public int? ExitCode() => _process.WaitForExit(ExitPatience) ? _process.ExitCode : null;

    public void Dispose()
    {
        Kill();
        _timer.Dispose();
        _process.Dispose();
    }

    /// <summary>Stops the clock.</summary>
    public readonly struct Watching(Timer timer) : IDisposable
    {
        public void Dispose() => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
