using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Host.Jobs;
using Speaker.Jobs;

namespace Speaker.Host.Inbox;

/// <summary>
/// Enrols what is put into inbox/speaker/, by way of the queue. Each file is one transaction, then one move: if the
/// process dies between the two, the next start finds the recording already enrolled and only moves it. On a stop
/// request files that are enrolled are moved; the others wait in the inbox for the next start.
/// </summary>
internal sealed class InboxService : BackgroundService
{
    private readonly InboxFolders _folders;
    private readonly InboxQueue _queue;
    private readonly InboxScan _scan;
    private readonly InboxOptions _options;
    private readonly TimeProvider _time;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<InboxService> _logger;
    private readonly SemaphoreSlim _wake = new(0, 1);

    public InboxService(
        IJobQueue queue,
        JobSignal signal,
        IOptions<InboxOptions> options,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        ILogger<InboxService> logger)
    {
        _options = options.Value;
        _folders = new InboxFolders(_options, time);
        _queue = new InboxQueue(
            queue, signal, _folders.Inbox, TimeSpan.FromSeconds(_options.RescanSeconds), Answer, time, logger);
        _scan = new InboxScan(_folders, _queue.JudgeAsync, _options, time, logger);
        _time = time;
        _lifetime = lifetime;
        _logger = logger;
    }

    /// <summary>What the service ended by; null while it works, and after a stop that was asked for.</summary>
    public Exception? Failure { get; private set; }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { IsCompleted: false })
        {
            _logger.StoppedAtWork();
        }
    }

    public override void Dispose()
    {
        _queue.Dispose();
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Looking through the folder is synchronous work; without this the host would wait for it before it counts as
        // started.
        await Task.Yield();
        try
        {
            await WatchAsync(stoppingToken);
        }
#pragma warning disable CA1031 // the command reports it in one line; thrown from here the host logs it with its stack
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failure = exception;
            _lifetime.StopApplication();
        }
    }

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        _folders.Create();
        using var watcher = new InboxWatcher(
            _folders.Inbox, Wake, reason => _logger.WatcherFailed(reason, _options.RescanSeconds), _time);
        watcher.Open();
        _logger.Watching(_folders.Inbox, _folders.Processed, _folders.Refused);
        var replacements = _scan.Replacements;
        try
        {
            while (true)
            {
                var wait = await _scan.LookAsync(stoppingToken);
                if (_scan.Replacements != replacements)
                {
                    replacements = _scan.Replacements;
                    watcher.Close();
                }

                if (!_scan.IsGone)
                {
                    watcher.Open();
                }

                await WaitAsync(wait, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Who does the jobs has stopped before: what is done is moved, and nothing new is begun.
            _queue.IsClosed = true;
            await _scan.LookAsync(CancellationToken.None);
            _logger.Stopped(_scan.Enrolled, _scan.Refused);
        }
    }

    private void Answer(string file)
    {
        _scan.Answer(file);
        Wake();
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

    /// <summary>Until something arrived in the inbox, or <paramref name="limit"/> has passed.</summary>
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
}
