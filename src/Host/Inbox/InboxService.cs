using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;

namespace Speaker.Host.Inbox;

/// <summary>
/// Enrols what is put into inbox/speaker/. Each file is one transaction, then one move: if the process dies between the
/// two, the next start finds the recording already enrolled and only moves it. On a stop request a file whose enrolment
/// has begun is finished and moved; one that is still being read waits in the inbox for the next start.
/// </summary>
internal sealed class InboxService : BackgroundService
{
    private readonly ISpeakerRecognizer _recognizer;
    private readonly InboxFolders _folders;
    private readonly StableFiles _stable;
    private readonly TimeSpan _rescan;
    private readonly TimeSpan _stableFor;
    private readonly TimeProvider _time;
    private readonly ILogger<InboxService> _logger;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private int _enrolled;
    private int _refused;

    public InboxService(
        ISpeakerRecognizer recognizer,
        IOptions<InboxOptions> options,
        TimeProvider time,
        ILogger<InboxService> logger)
    {
        _recognizer = recognizer;
        _folders = new InboxFolders(options.Value, time);
        _stableFor = TimeSpan.FromSeconds(options.Value.StableSeconds);
        _rescan = TimeSpan.FromSeconds(options.Value.RescanSeconds);
        _stable = new StableFiles(_stableFor, time);
        _time = time;
        _logger = logger;
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Looking through the folder is synchronous work; without this the host would wait for it before it counts as
        // started.
        await Task.Yield();
        _folders.Create();
        using var watcher = Watch();
        _logger.Watching(_folders.Inbox, _folders.Processed, _folders.Refused);
        try
        {
            while (true)
            {
                var growing = await EnrolWaitingAsync(stoppingToken);
                await WaitAsync(growing ? _stableFor : _rescan, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _logger.Stopped(_enrolled, _refused);
        }
    }

    private FileSystemWatcher Watch()
    {
        var watcher = new FileSystemWatcher(_folders.Inbox) { IncludeSubdirectories = true };
        watcher.Created += (_, _) => Wake();
        watcher.Renamed += (_, _) => Wake();
        watcher.Error += (_, failure) =>
        {
            _logger.WatcherFailed(failure.GetException().Message);
            Wake();
        };
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private void Wake()
    {
        lock (_wake)
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
    }

    /// <summary>Until something moved in the inbox, or <paramref name="limit"/> has passed.</summary>
    private async Task WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time for a scan.
        }
    }

    /// <returns>True if a file is still being written, so that the next look should come soon.</returns>
    private async Task<bool> EnrolWaitingAsync(CancellationToken cancellationToken)
    {
        var growing = false;
        foreach (var file in _folders.Waiting())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_stable.IsComplete(file.Path))
            {
                growing = true;
                continue;
            }

            _stable.Forget(file.Path);
            try
            {
                await EnrolAsync(file, cancellationToken);
            }
            catch (Exception exception) when (exception is StoreException or IOException or UnauthorizedAccessException)
            {
                // Not the file's fault: a full disk, a store in use. It stays and the next scan tries again.
                _logger.Postponed(file.Name, file.Speaker, exception.Message);
            }
        }

        return growing;
    }

    private async Task EnrolAsync(InboxFile file, CancellationToken cancellationToken)
    {
        if (SpeakerName.Problem(file.Speaker) is { } problem)
        {
            Refuse(file, problem, 0);
            return;
        }

        EnrolmentResult result;
        try
        {
            result = await _recognizer.EnrollAsync(
                file.Speaker, AudioInput.FromFile(file.Path), consent: null, cancellationToken);
        }
        catch (AudioException exception)
        {
            Refuse(file, exception.Message, 0);
            return;
        }

        var verdict = result.Recordings[0];
        if (verdict.Refused)
        {
            Refuse(file, verdict.Message, verdict.SpeechSeconds);
            return;
        }

        _folders.MoveToProcessed(file);
        if (!verdict.Accepted)
        {
            _logger.AlreadyEnrolled(file.Name, file.Speaker);
            return;
        }

        _enrolled++;
        _logger.Enrolled(file.Name, file.Speaker, verdict.SpeechSeconds, result.Utterances, result.Progress);
    }

    private void Refuse(InboxFile file, string reason, double speechSeconds)
    {
        if (!File.Exists(file.Path))
        {
            // Whoever put it there took it back while it was being read.
            return;
        }

        _folders.MoveToRefused(file, reason, speechSeconds);
        _refused++;
        _logger.Refused(file.Name, file.Speaker, reason);
    }
}
